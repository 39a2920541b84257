//! The `where` of triggers: kept as a person gave it, and read by the same filter as lists.

use async_graphql::{InputType, Value};
use serde_json::Value as Json;
use sportello_domain::{Actor, Error, Refusal, RefusalCode, Result, filter::TicketFilter};
use sportello_entity::Timestamp;

use crate::graphql::ticket::TicketWhere;

/// Depends on who asks, and nobody asks when something happens.
const OF_THE_VIEWER: &str = "isMe";

/// What was given, as JSON in TicketWhere's own shape. Nothing in it may be null, so that what was left out is left out.
///
/// # Errors
/// INVALID at its place: what a list would not take either, and `isMe`.
pub fn checked(
    given: &TicketWhere,
    actor: &Actor,
    now: Timestamp,
    path: &[&str],
) -> std::result::Result<Json, Refusal> {
    let filter = given.clone().into_filter(actor, now, path).and_then(|filter| {
        filter.require_readable(actor)?;
        Ok(filter)
    });
    if let Err(error) = filter {
        return Err(refusal(error, path));
    }
    let json = given.to_value().into_json();
    let json = json.map_err(|error| Refusal::new(RefusalCode::Invalid, path, error.to_string()))?;
    match place_of(&json, OF_THE_VIEWER) {
        None => Ok(without_nulls(json)),
        Some(place) => {
            let path: Vec<&str> = path.iter().copied().chain(place.iter().map(String::as_str)).collect();
            let message = "nobody asks when something happens: name the user by id";
            Err(Refusal::new(RefusalCode::Invalid, &path, message))
        }
    }
}

fn refusal(error: Error, path: &[&str]) -> Refusal {
    match error {
        Error::BadRequest { message, path } => {
            Refusal::new(RefusalCode::Invalid, &path.iter().map(String::as_str).collect::<Vec<_>>(), message)
        }
        other => Refusal::new(RefusalCode::Invalid, path, other.to_string()),
    }
}

/// Where a member that is given stands.
fn place_of(json: &Json, name: &str) -> Option<Vec<String>> {
    let within = |key: String, value: &Json| {
        place_of(value, name).map(|rest| std::iter::once(key).chain(rest).collect::<Vec<_>>())
    };
    match json {
        Json::Object(members) => members.iter().find_map(|(key, value)| match value {
            Json::Null => None,
            _ if key == name => Some(vec![key.clone()]),
            _ => within(key.clone(), value),
        }),
        Json::Array(items) => {
            items.iter().enumerate().find_map(|(index, value)| within(index.to_string(), value))
        }
        _ => None,
    }
}

fn without_nulls(json: Json) -> Json {
    match json {
        Json::Object(members) => {
            let given = members.into_iter().filter(|(_, value)| !value.is_null());
            Json::Object(given.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

/// Reads what [`checked`] kept, as it is meant at that moment.
///
/// # Errors
/// INTERNAL when it cannot be read any more.
pub fn read_where(kept: &Json, actor: &Actor, at: Timestamp) -> Result<TicketFilter> {
    let broken = |error: String| Error::Internal(format!("the where of a trigger cannot be read: {error}"));
    let value = Value::from_json(kept.clone()).map_err(|error| broken(error.to_string()))?;
    let parsed = TicketWhere::parse(Some(value)).map_err(|error| broken(format!("{error:?}")))?;
    parsed.into_filter(actor, at, &[])
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sportello_entity::AccountId;
    use uuid::Uuid;

    use super::*;

    fn parsed(json: Json) -> TicketWhere {
        let value = Value::from_json(json).expect("a value");
        TicketWhere::parse(Some(value)).unwrap_or_else(|error| panic!("{error:?}"))
    }

    #[test]
    fn what_is_kept_is_what_was_given() {
        let actor = Actor::system(AccountId(Uuid::nil()));
        let given = json!({
            "or": [
                { "priority": { "in": ["HIGH", "URGENT"] } },
                { "not": { "title": { "contains": "late" } }, "openedAt": { "lt": "-P1D" } },
            ],
            "status": { "macroStatus": { "eq": "IN_PROGRESS" } },
        });
        let kept = checked(&parsed(given.clone()), &actor, Timestamp(0), &["where"]).expect("a condition");
        assert_eq!(kept, given);
        let expected = parsed(given).into_filter(&actor, Timestamp(0), &[]).expect("a filter");
        assert_eq!(read_where(&kept, &actor, Timestamp(0)).expect("a filter"), expected);
    }

    #[test]
    fn mistakes_are_told_at_their_places() {
        let actor = Actor::system(AccountId(Uuid::nil()));
        let place =
            |given| checked(&parsed(given), &actor, Timestamp(0), &["where"]).expect_err("a mistake").path;
        assert_eq!(
            place(json!({ "and": [{ "assignee": { "isMe": true } }] })),
            ["where", "and", "0", "assignee", "isMe"]
        );
        assert_eq!(place(json!({ "openedAt": { "gt": "soon" } })), ["where", "openedAt", "gt"]);
    }
}
