//! An account as events keep it.

use serde_json::{Value as Json, json};
use sportello_entity::{account, value::EventType};

use crate::{
    account::{at_changed, between},
    store::NewEvent,
};

const ACCOUNT_FIELDS: [&str; 4] = ["name", "locale", "timeZone", "referencePrefix"];

/// ACCOUNT_CHANGED, when there is something to tell.
pub(super) fn account_changed(before: Option<&account::Model>, after: &account::Model) -> Option<NewEvent> {
    let (before, after_json) = (before.map(of_account), of_account(after));
    let changes = between(before.as_ref(), &after_json, &ACCOUNT_FIELDS);
    let event = at_changed(EventType::AccountChanged, after.id.0, before.as_ref(), after_json, changes);
    (!event.changes.is_empty()).then_some(event)
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
