//! What a receiver is told: the event with its changes, and its subject before and after, in less than 20 KB.

use sea_orm::ActiveEnum;
use serde_json::{Map, Value as Json, json};
use sportello_entity::{
    ApiKeyId, AutomationId, ContactId, Timestamp, UserId,
    value::{ActorKind, EventType},
};

use crate::{ActorRef, log::Event};

/// The form of bodies: it rises when a member goes or changes its meaning, not when one is added.
const VERSION: i32 = 1;
/// Standard Webhooks asks for less than 20 KB.
const MOST_BYTES: usize = 20_000;
/// Texts of a body that is too large are cut to so many characters, the first that is enough.
const CUTS: [usize; 3] = [2_000, 500, 100];
const MARK: char = '…';
/// How many changed fields are named in a body that is too large for anything else.
const MOST_FIELDS: usize = 100;
/// Nouns of two words; in all other types the first word is the noun.
const LONG_NOUNS: [&str; 2] = ["API_KEY", "DYNAMIC_FIELD"];

/// The body of an event's deliveries, the same for every attempt. Too large, it has `data.truncated`, and either its long
/// texts are cut, each marked by a final "…", or, should that not be enough, `object`, `previous` and `changes` are
/// missing: `data.entityId` and the event's id say where to read them.
pub fn body(event: &Event) -> Vec<u8> {
    let whole = outer(event, data(event));
    if whole.len() <= MOST_BYTES {
        return whole;
    }
    let cuts = CUTS.iter().map(|length| outer(event, truncated(cut(data(event), *length))));
    let mut fitting = cuts.filter(|body| body.len() <= MOST_BYTES);
    fitting.next().unwrap_or_else(|| {
        let mut rest = data(event);
        let members = rest.as_object_mut().expect("data is an object");
        ["object", "previous", "changes"].iter().for_each(|name| drop(members.remove(*name)));
        members["changedFields"].as_array_mut().expect("names are a list").truncate(MOST_FIELDS);
        outer(event, truncated(rest))
    })
}

/// `TICKET_STATUS_CHANGED` is `ticket.status_changed`.
fn type_name(event_type: EventType) -> String {
    let name = event_type.to_value();
    let noun = LONG_NOUNS.iter().find(|noun| name.starts_with(*noun)).map(|noun| noun.len());
    let length = noun.or_else(|| name.find('_')).unwrap_or(name.len());
    let (noun, verb) = name.split_at(length);
    format!("{noun}.{}", verb.trim_start_matches('_')).to_lowercase()
}

fn outer(event: &Event, data: Json) -> Vec<u8> {
    let body = json!({
        "id": event.id,
        "type": type_name(event.r#type),
        "timestamp": event.occurred_at.to_rfc3339(),
        "version": VERSION,
        "accountId": event.account_id,
        "sequence": event.sequence,
        "cursor": event.cursor().to_string(),
        "orderingKey": event.subject(),
        "actor": actor(event.actor),
        "data": data,
    });
    body.to_string().into_bytes()
}

fn data(event: &Event) -> Json {
    json!({
        "entityId": event.subject(),
        "entityVersion": event.snapshot.get("version"),
        "object": public(event.snapshot.clone()),
        "previous": event.previous.clone().map(public),
        "changedFields": event.changes.iter().map(|change| &change.field).collect::<Vec<_>>(),
        "changes": event.changes,
    })
}

fn truncated(mut data: Json) -> Json {
    data["truncated"] = true.into();
    data
}

fn cut(value: Json, length: usize) -> Json {
    match value {
        Json::String(text) if text.chars().count() > length => {
            text.chars().take(length).chain([MARK]).collect::<String>().into()
        }
        Json::Array(items) => items.into_iter().map(|item| cut(item, length)).collect(),
        Json::Object(members) => {
            members.into_iter().map(|(name, value)| (name, cut(value, length))).collect()
        }
        other => other,
    }
}

/// A snapshot as it is told outside: moments in RFC 3339, actors by the ids that clients know.
fn public(snapshot: Json) -> Json {
    let Json::Object(members) = snapshot else { return snapshot };
    let member = |(name, value): (String, Json)| {
        let moment = value.as_i64().filter(|_| name.ends_with("At")).map(Timestamp);
        let value = match moment {
            Some(moment) => moment.to_rfc3339().into(),
            None => serde_json::from_value(value.clone()).map_or(value, actor),
        };
        (name, value)
    };
    Json::Object(members.into_iter().map(member).collect::<Map<_, _>>())
}

fn actor(ActorRef { kind, id }: ActorRef) -> Json {
    let id = id.map(|id| match kind {
        ActorKind::User => UserId(id).to_string(),
        ActorKind::ApiKey => ApiKeyId(id).to_string(),
        ActorKind::Contact => ContactId(id).to_string(),
        ActorKind::Automation => AutomationId(id).to_string(),
        ActorKind::System => id.to_string(),
    });
    json!({ "kind": kind, "id": id })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sea_orm::Iterable;
    use std::sync::OnceLock;

    use sportello_entity::{AccountId, EventId};
    use uuid::Uuid;

    use crate::FieldChange;

    fn event(snapshot: Json, changes: Vec<FieldChange>) -> Event {
        Event {
            account_id: AccountId(Uuid::nil()),
            epoch: 0,
            sequence: 1,
            id: EventId(Uuid::nil()),
            r#type: EventType::TicketUpdated,
            occurred_at: Timestamp(0),
            actor: ActorRef { kind: ActorKind::System, id: None },
            automation_run_id: None,
            subject_id: Uuid::nil(),
            note_id: None,
            changes,
            snapshot,
            previous: None,
            notifies: true,
            tickets: OnceLock::new(),
        }
    }

    fn parsed(event: &Event) -> Json {
        let body = body(event);
        assert!(body.len() <= MOST_BYTES, "{} bytes", body.len());
        serde_json::from_slice(&body).unwrap()
    }

    #[test]
    fn types_are_a_noun_and_what_happened() {
        for (event_type, name) in [
            (EventType::TicketOpened, "ticket.opened"),
            (EventType::TicketStatusChanged, "ticket.status_changed"),
            (EventType::ApiKeyChanged, "api_key.changed"),
            (EventType::DynamicFieldChanged, "dynamic_field.changed"),
        ] {
            assert_eq!(type_name(event_type), name);
        }
        for event_type in EventType::iter() {
            let name = type_name(event_type);
            assert_eq!(name.split('.').filter(|part| !part.is_empty()).count(), 2, "{name}");
        }
    }

    #[test]
    fn moments_and_actors_are_told_as_clients_know_them() {
        let opened_by = json!({ "kind": "USER", "id": Uuid::from_u128(7) });
        let event =
            event(json!({ "openedAt": 0, "closedAt": null, "version": 3, "openedBy": opened_by }), vec![]);
        let data = &parsed(&event)["data"];
        assert_eq!(data["object"]["openedAt"], "1970-01-01T00:00:00.000Z");
        assert_eq!(data["object"]["closedAt"], Json::Null);
        assert_eq!(data["object"]["openedBy"]["id"], "usr_00000000000000000000000000000007");
        assert_eq!(data["entityVersion"], 3);
        assert_eq!(data.get("truncated"), None);
    }

    #[test]
    fn long_texts_are_cut_and_marked() {
        let text = "è".repeat(20_000);
        let change = FieldChange { field: "description".into(), before: None, after: Some(text.clone()) };
        let data =
            parsed(&event(json!({ "description": text, "title": "Vase" }), vec![change]))["data"].clone();
        assert_eq!(data["truncated"], true);
        assert_eq!(data["object"]["title"], "Vase");
        let cut = data["object"]["description"].as_str().unwrap();
        assert!(cut.ends_with('…') && cut.chars().count() > 500, "{}", cut.len());
        assert_eq!(data["changes"][0]["after"], cut);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn every_body_is_small_enough(
            fields in prop::collection::btree_map("[a-z]{1,60}", "\\PC{0,100}", 0..300),
            text in "\\PC{0,2000}",
        ) {
            let changes = fields.iter().map(|(name, value)| FieldChange {
                field: format!("fields.{name}"),
                before: Some(text.clone()),
                after: Some(value.clone()),
            });
            let data = parsed(&event(json!({ "fields": fields, "description": text }), changes.collect()));
            prop_assert!(data["data"]["entityId"].is_string());
        }
    }
}
