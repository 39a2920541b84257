//! An account and its first statuses as events keep them.

use serde_json::{Value as Json, json};
use sportello_entity::{account, ticket_status, value::EventType};

use crate::{
    account::{at_changed, between},
    store::NewEvent,
};

const ACCOUNT_FIELDS: [&str; 4] = ["name", "locale", "timeZone", "referencePrefix"];
const STATUS_FIELDS: [&str; 5] = ["name", "color", "macroStatus", "position", "isDefault"];

/// ACCOUNT_CHANGED, when there is something to tell.
pub(super) fn account_changed(before: Option<&account::Model>, after: &account::Model) -> Option<NewEvent> {
    let (before, after_json) = (before.map(of_account), of_account(after));
    let changes = between(before.as_ref(), &after_json, &ACCOUNT_FIELDS);
    let event = at_changed(EventType::AccountChanged, after.id.0, before.as_ref(), after_json, changes);
    (!event.changes.is_empty()).then_some(event)
}

/// STATUS_CREATED or STATUS_UPDATED.
pub(super) fn status_changed(
    before: Option<&ticket_status::Model>,
    after: &ticket_status::Model,
) -> NewEvent {
    let r#type = if before.is_some() { EventType::StatusUpdated } else { EventType::StatusCreated };
    let (before, after_json) = (before.map(of_status), of_status(after));
    let changes = between(before.as_ref(), &after_json, &STATUS_FIELDS);
    at_changed(r#type, after.id.0, before.as_ref(), after_json, changes)
}

fn of_account(account: &account::Model) -> Json {
    let account::Model {
        id,
        name,
        locale,
        time_zone,
        reference_prefix,
        next_reference_number: _,
        created_at,
    } = account;
    json!({
        "id": id,
        "name": name,
        "locale": locale,
        "timeZone": time_zone,
        "referencePrefix": reference_prefix,
        "createdAt": created_at,
    })
}

fn of_status(status: &ticket_status::Model) -> Json {
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
