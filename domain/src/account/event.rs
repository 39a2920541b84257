//! Events of settings: what changed, told as snapshots before and after.

use serde_json::{Map, Value as Json};
use sportello_entity::value::EventType;
use uuid::Uuid;

use crate::{FieldChange, store::NewEvent};

/// The event of a subject that went from one snapshot to another; without `before` it is new.
pub(crate) fn at_changed(
    r#type: EventType,
    subject_id: Uuid,
    before: Option<&Json>,
    after: Json,
    changes: Vec<FieldChange>,
) -> NewEvent {
    let previous = before.map(|before| differing(before, &after));
    NewEvent { r#type, subject_id, note_id: None, changes, snapshot: after, previous }
}

/// The changes of those fields that two snapshots tell apart. Ids and moments that never change are the same in both.
pub(crate) fn between(before: Option<&Json>, after: &Json, fields: &[&str]) -> Vec<FieldChange> {
    let read = |snapshot: &Json, field: &str| match snapshot.get(field) {
        None | Some(Json::Null) => None,
        Some(Json::String(text)) => Some(text.clone()),
        Some(Json::Array(items)) => {
            Some(items.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(", "))
        }
        Some(other) => Some(other.to_string()),
    };
    let change = |field: &&str| {
        let before = before.and_then(|before| read(before, field));
        FieldChange::between(field, before, read(after, field))
    };
    fields.iter().filter_map(change).collect()
}

fn differing(before: &Json, after: &Json) -> Json {
    let members = before.as_object().into_iter().flatten();
    let differing = members.filter(|(name, value)| after.get(name) != Some(value));
    Json::Object(differing.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_differs_is_told() {
        let before = json!({"name": "Anna", "role": "VIEWER", "isActive": true});
        let after = json!({"name": "Anna", "role": "ADMIN", "isActive": false});
        let changes = between(Some(&before), &after, &["name", "role", "isActive"]);
        let event = at_changed(EventType::UserChanged, Uuid::nil(), Some(&before), after, changes);
        assert_eq!(event.previous, Some(json!({"role": "VIEWER", "isActive": true})));
        let fields: Vec<_> = event.changes.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(fields, ["role", "isActive"]);
        assert_eq!(event.changes[1].after.as_deref(), Some("false"));
    }
}
