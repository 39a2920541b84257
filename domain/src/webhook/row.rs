//! An endpoint's row: found with a lock, written with its event.
//!
//! Whoever plans, settles or reschedules deliveries of an endpoint holds its row locked, so that which of a subject's
//! deliveries is the next is decided by one at a time.

use sea_orm::{ActiveEnum, EntityTrait, QuerySelect, sea_query::LockType};
use serde_json::{Value as Json, json};
use sportello_entity::{WebhookEndpointId, log_head, value::EventType, webhook_endpoint};

use crate::{
    Error, FieldChange, RefusalCode, Result,
    account::{at_changed, between},
    store::{NewEvent, Tx},
};

const FIELDS: [&str; 4] = ["url", "types", "isEnabled", "disabledReason"];

/// The types of a row's column; names that this version does not know mean nothing. Empty: all types.
pub fn types(column: &str) -> Vec<EventType> {
    column.split(' ').filter_map(|name| EventType::try_from_value(&name.to_owned()).ok()).collect()
}

/// The types as the column holds them: each once.
pub(super) fn column(types: &[EventType]) -> String {
    let mut names: Vec<String> = types.iter().map(ActiveEnum::to_value).collect();
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

/// The endpoint, if it is one of the transaction's account, and theirs until it ends.
pub(super) async fn find_locked(tx: &Tx, id: WebhookEndpointId) -> Result<Option<webhook_endpoint::Model>> {
    let found = webhook_endpoint::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx.db()).await?;
    Ok(found.filter(|endpoint| endpoint.account_id == tx.actor.account_id))
}

/// The same for an input's field.
///
/// # Errors
/// Refused with NOT_FOUND at `field`.
pub(super) async fn get_locked(
    tx: &Tx,
    id: Option<WebhookEndpointId>,
    field: &str,
) -> Result<webhook_endpoint::Model> {
    let found = match id {
        Some(id) => find_locked(tx, id).await?,
        None => None,
    };
    found.ok_or_else(|| missing(field))
}

/// The refusal of an id that names no endpoint.
pub(super) fn missing(field: &str) -> Error {
    Error::refused(RefusalCode::NotFound, &[field], "there is no such webhook endpoint")
}

/// How far the account's log has come.
pub(super) async fn head_sequence(tx: &Tx) -> Result<i64> {
    let head = log_head::Entity::find_by_id(tx.actor.account_id).one(tx.db()).await?;
    head.map(|head| head.sequence).ok_or_else(|| Error::NotFound("there is no such account".to_owned()))
}

/// Writes a changed endpoint. What people see of it is told as WEBHOOK_CHANGED, with `more` beside it.
pub(super) async fn change(
    tx: &mut Tx,
    before: &webhook_endpoint::Model,
    after: &webhook_endpoint::Model,
    more: Option<FieldChange>,
) -> Result<()> {
    if before == after {
        return Ok(());
    }
    tx.write_difference(before, after).await?;
    let mut event = changed(Some(before), after);
    event.changes.extend(more);
    match event.changes.is_empty() {
        true => tx.write_without_event(),
        false => tx.record(event),
    }
    Ok(())
}

/// WEBHOOK_CHANGED.
pub(super) fn changed(before: Option<&webhook_endpoint::Model>, after: &webhook_endpoint::Model) -> NewEvent {
    let (before, after_json) = (before.map(snapshot), snapshot(after));
    let changes = between(before.as_ref(), &after_json, &FIELDS);
    at_changed(EventType::WebhookChanged, after.id.0, before.as_ref(), after_json, changes)
}

/// WEBHOOK_CHANGED of one that goes.
pub(super) fn deleted(tx: &Tx, before: &webhook_endpoint::Model) -> NewEvent {
    let after = json!({ "id": before.id, "deletedAt": tx.now() });
    let before_json = snapshot(before);
    let changes = between(Some(&before_json), &after, &FIELDS);
    at_changed(EventType::WebhookChanged, before.id.0, Some(&before_json), after, changes)
}

/// Never its secrets, sealed or not.
fn snapshot(endpoint: &webhook_endpoint::Model) -> Json {
    let webhook_endpoint::Model {
        id,
        account_id: _,
        url,
        types: names,
        is_enabled,
        disabled_reason,
        after_sequence: _,
        secret: _,
        former_secret: _,
        former_secret_until: _,
        failing_since: _,
        created_at,
    } = endpoint;
    json!({
        "id": id,
        "url": url,
        "types": types(names),
        "isEnabled": is_enabled,
        "disabledReason": disabled_reason,
        "createdAt": created_at,
    })
}
