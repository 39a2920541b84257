//! A key as events keep it: never its secret, nor the hash.

use serde_json::{Value as Json, json};
use sportello_entity::{api_key, value::EventType};

use crate::{
    account::{at_changed, between},
    store::NewEvent,
};

const FIELDS: [&str; 4] = ["name", "scopes", "expiresAt", "revokedAt"];

/// API_KEY_CHANGED.
pub(crate) fn changed(before: Option<&api_key::Model>, after: &api_key::Model) -> NewEvent {
    let changes = between(before.map(shown).as_ref(), &shown(after), &FIELDS);
    let (before, after_json) = (before.map(snapshot), snapshot(after));
    at_changed(EventType::ApiKeyChanged, after.id.0, before.as_ref(), after_json, changes)
}

fn snapshot(key: &api_key::Model) -> Json {
    let api_key::Model {
        id,
        account_id: _,
        name,
        scopes,
        prefix,
        secret_hash: _,
        created_by_id,
        created_at,
        last_used_at: _,
        expires_at,
        revoked_at,
    } = key;
    json!({
        "id": id,
        "name": name,
        "scopes": scopes.split(' ').collect::<Vec<_>>(),
        "prefix": prefix,
        "createdById": created_by_id,
        "createdAt": created_at,
        "expiresAt": expires_at,
        "revokedAt": revoked_at,
    })
}

/// The fields as a person reads them.
fn shown(key: &api_key::Model) -> Json {
    json!({
        "name": key.name,
        "scopes": key.scopes.split(' ').collect::<Vec<_>>(),
        "expiresAt": key.expires_at.map(|moment| moment.to_rfc3339()),
        "revokedAt": key.revoked_at.map(|moment| moment.to_rfc3339()),
    })
}
