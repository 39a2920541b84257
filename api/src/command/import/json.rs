//! JSON documents read as they come: the tickets in them one by one, however they are wrapped.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use super::system::System;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Tickets.
    Tickets,
    /// The people whom tickets name by id.
    People,
}

/// A walk through a document. What is not wanted is passed over without being kept.
pub(super) struct Walk<'w> {
    /// Whose document it is.
    pub(super) system: System,
    /// What is looked for.
    pub(super) wanted: Wanted,
    /// Takes what is found; false ends the walk.
    pub(super) found: &'w mut dyn FnMut(Json) -> bool,
}

impl Walk<'_> {
    /// Goes through one value: a ticket, a list, or an object with lists (an envelope, as APIs answer), also within each
    /// other.
    ///
    /// # Errors
    /// It is no JSON.
    pub(super) fn through<'de, D: Deserializer<'de>>(&mut self, value: D) -> Result<(), D::Error> {
        Value { walk: self, kind: Wanted::Tickets }.deserialize(value)
    }

    fn give<E: Error>(&mut self, value: Json) -> Result<(), E> {
        if (self.found)(value) { Ok(()) } else { Err(E::custom("nobody takes it any more")) }
    }
}

/// A value in which things of this kind stand.
struct Value<'v, 'w> {
    walk: &'v mut Walk<'w>,
    kind: Wanted,
}

impl Value<'_, '_> {
    /// What is no object stands where a ticket should: whoever takes it says so.
    fn scalar<E: Error>(self, value: Json) -> Result<(), E> {
        if self.kind == self.walk.wanted { self.walk.give(value) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("tickets")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { walk, kind } = self;
        while list.next_element_seed(Value { walk: &mut *walk, kind })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let Self { walk, kind } = self;
        let (mut members, mut is_envelope) = (Map::new(), false);
        while let Some(name) = object.next_key::<String>()? {
            match list_of(walk.system, kind, &name) {
                Some(inner) => {
                    is_envelope = true;
                    if inner == walk.wanted || inner == Wanted::Tickets {
                        object.next_value_seed(Value { walk: &mut *walk, kind: inner })?;
                    } else {
                        object.next_value::<IgnoredAny>()?;
                    }
                }
                None if kind == walk.wanted => drop(members.insert(name, object.next_value()?)),
                None => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        if kind != walk.wanted || is_envelope || members.is_empty() {
            return Ok(());
        }
        walk.give(Json::Object(members))
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.scalar(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.scalar(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.scalar(value.into())
    }
}

/// What a member of this name holds, if it is a list that belongs to an envelope.
fn list_of(system: System, kind: Wanted, name: &str) -> Option<Wanted> {
    match kind {
        Wanted::People => None,
        Wanted::Tickets if system.ticket_lists().contains(&name) => Some(Wanted::Tickets),
        Wanted::Tickets if system.people_lists().contains(&name) => Some(Wanted::People),
        Wanted::Tickets => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(system: System, wanted: Wanted, text: &str) -> Vec<Json> {
        let mut all = Vec::new();
        let mut take = |value| {
            all.push(value);
            true
        };
        let mut walk = Walk { system, wanted, found: &mut take };
        walk.through(&mut serde_json::Deserializer::from_str(text)).expect("JSON");
        all.into_iter().map(|value: Json| value.get("id").cloned().unwrap_or(value)).collect()
    }

    #[test]
    fn tickets_are_found_however_they_are_wrapped() {
        for (system, text, ids) in [
            (System::Zammad, r#"{"id":1}"#, vec![1]),
            (System::Zammad, r#"[{"id":1},{"id":2}]"#, vec![1, 2]),
            (
                System::Zendesk,
                r#"{"users":[{"id":9}],"tickets":[{"id":1,"x":{"tickets":[5]}}],"count":1}"#,
                vec![1],
            ),
            (System::Zendesk, r#"[{"tickets":[{"id":1}]},{"tickets":[{"id":2}],"users":[]}]"#, vec![1, 2]),
            (System::Zendesk, r#"{"ticket":{"id":3}}"#, vec![3]),
            (
                System::Chatwoot,
                r#"{"data":{"meta":{"all_count":1},"payload":[{"id":4,"meta":{}}]}}"#,
                vec![4],
            ),
            (System::Freshdesk, r#"{"results":[{"id":6}],"total":1}"#, vec![6]),
            (System::Freshdesk, "[]", vec![]),
            (System::Freshdesk, "[7,{\"id\":8}]", vec![7, 8]),
        ] {
            let ids: Vec<_> = ids.into_iter().map(Json::from).collect();
            assert_eq!(found(system, Wanted::Tickets, text), ids, "{text}");
        }
        let page = r#"[{"tickets":[{"id":1}],"users":[{"id":9}]},{"users":[{"id":8}]}]"#;
        assert_eq!(found(System::Zendesk, Wanted::People, page), [Json::from(9), Json::from(8)]);
    }
}
