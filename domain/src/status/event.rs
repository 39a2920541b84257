//! What the log says of statuses.

use serde_json::{Value as Json, json};
use sportello_entity::{ticket_status, value::EventType};

use crate::{
    account::{at_changed, between},
    store::NewEvent,
};

const TOLD: [&str; 5] = ["name", "color", "macroStatus", "position", "isDefault"];

/// STATUS_CREATED, STATUS_UPDATED or STATUS_DELETED.
pub(crate) fn told(before: Option<&ticket_status::Model>, after: &ticket_status::Model) -> NewEvent {
    let r#type = match before {
        None => EventType::StatusCreated,
        Some(_) if after.deleted_at.is_some() => EventType::StatusDeleted,
        Some(_) => EventType::StatusUpdated,
    };
    let (before, snapshot) = (before.map(of), of(after));
    let changes = between(before.as_ref(), &snapshot, &TOLD);
    at_changed(r#type, after.id.0, before.as_ref(), snapshot, changes)
}

fn of(status: &ticket_status::Model) -> Json {
    json!({
        "id": status.id,
        "key": status.key,
        "name": status.name,
        "color": status.color,
        "macroStatus": status.macro_status,
        "position": status.position,
        "isPredefined": status.is_predefined,
        "isDefault": status.is_default,
        "isDeleted": status.deleted_at.is_some(),
    })
}
