//! What the log says of categories.

use serde_json::{Value as Json, json};
use sportello_entity::{ticket_category, value::EventType};

use crate::{
    account::{at_changed, between},
    store::NewEvent,
};

/// CATEGORY_CREATED, CATEGORY_UPDATED, or CATEGORY_DELETED for one that was merged.
pub(super) fn told(before: Option<&ticket_category::Model>, after: &ticket_category::Model) -> NewEvent {
    let r#type = match before {
        None => EventType::CategoryCreated,
        Some(_) if after.merged_into_id.is_some() => EventType::CategoryDeleted,
        Some(_) => EventType::CategoryUpdated,
    };
    let (before, snapshot) = (before.map(of), of(after));
    let changes = between(before.as_ref(), &snapshot, &["name", "isArchived"]);
    at_changed(r#type, after.id.0, before.as_ref(), snapshot, changes)
}

fn of(category: &ticket_category::Model) -> Json {
    let ticket_category::Model {
        id,
        account_id: _,
        name,
        name_key: _,
        is_archived,
        merged_into_id,
        created_at,
    } = category;
    json!({
        "id": id,
        "name": name,
        "isArchived": is_archived,
        "mergedIntoId": merged_into_id,
        "createdAt": created_at,
    })
}
