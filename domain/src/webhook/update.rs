//! Changing an endpoint.

use sportello_entity::{WebhookEndpointId, value::EventType, webhook_endpoint};

use super::{WebhookRules, delivery::line, row, url};
use crate::{
    Actor, Change, Error, Permission, Refusal, Result,
    store::{Store, Tx},
};

/// What is to change.
#[derive(Clone, Debug)]
pub struct WebhookEndpointUpdate {
    /// Which; None: a text that is no endpoint's id.
    pub id: Option<WebhookEndpointId>,
    /// Where it lies.
    pub url: Change<String>,
    /// What it is sent from now on; empty: everything.
    pub types: Change<Vec<EventType>>,
    /// Whether anything is sent.
    pub is_enabled: Change<bool>,
}

/// Changes an endpoint: WEBHOOK_CHANGED. Disabled, it is sent nothing: what is pending waits, and what happens
/// meanwhile passes it by. Enabled again, it is sent what waited and what happens from then on.
///
/// # Errors
/// FORBIDDEN; refusals: NOT_FOUND, REQUIRED for null, INVALID and TOO_LONG at `url`.
pub async fn update(
    store: &Store,
    rules: &WebhookRules,
    actor: &Actor,
    input: WebhookEndpointUpdate,
) -> Result<webhook_endpoint::Model> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let before = row::get_locked(&tx, input.id, "id").await?;
    let mut after = changed(input, rules, &before)?;
    if after.is_enabled != before.is_enabled {
        switch(&tx, &mut after).await?;
    }
    row::change(&mut tx, &before, &after, None).await?;
    tx.commit().await?;
    Ok(after)
}

fn changed(
    input: WebhookEndpointUpdate,
    rules: &WebhookRules,
    before: &webhook_endpoint::Model,
) -> Result<webhook_endpoint::Model> {
    let WebhookEndpointUpdate { id: _, url, types, is_enabled } = input;
    let url = url.try_map(|url| url::checked(&url, rules.allow_private));
    let url = url.and_then(|url| url.required(before.url.clone(), "url"));
    let types = types.try_map(|types| Ok::<_, Refusal>(row::column(&types)));
    let types = types.and_then(|types| types.required(before.types.clone(), "types"));
    match (url, types, is_enabled.required(before.is_enabled, "isEnabled")) {
        (Ok(url), Ok(types), Ok(is_enabled)) => {
            Ok(webhook_endpoint::Model { url, types, is_enabled, ..before.clone() })
        }
        (url, types, is_enabled) => {
            Err(Error::Refused([url.err(), types.err(), is_enabled.err()].into_iter().flatten().collect()))
        }
    }
}

async fn switch(tx: &Tx, endpoint: &mut webhook_endpoint::Model) -> Result<()> {
    if !endpoint.is_enabled {
        return line::halt(tx, endpoint.id).await;
    }
    endpoint.disabled_reason = None;
    endpoint.failing_since = None;
    endpoint.after_sequence = row::head_sequence(tx).await?;
    line::go_on(tx, endpoint.id).await
}
