//! Giving an endpoint a new secret.

use sportello_entity::{WebhookEndpointId, webhook_endpoint};

use super::{EndpointWithSecret, WebhookRules, row, secret};
use crate::{Actor, FieldChange, Permission, Result, store::Store};

/// How long the secret before signs as well: the receiver has a day to learn the new one.
const OVERLAP_SECONDS: i64 = 24 * 60 * 60;

/// Gives the endpoint a new secret: WEBHOOK_CHANGED. For 24 hours deliveries are signed by the one before as well; one
/// that is even older signs no more.
///
/// # Errors
/// FORBIDDEN; refused with NOT_FOUND.
pub async fn rotate_secret(
    store: &Store,
    rules: &WebhookRules,
    actor: &Actor,
    id: Option<WebhookEndpointId>,
) -> Result<EndpointWithSecret> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let before = row::get_locked(&tx, id, "id").await?;
    let (secret, sealed) = secret::new(store, &rules.seal, before.id)?;
    let endpoint = webhook_endpoint::Model {
        secret: sealed,
        former_secret: Some(before.secret.clone()),
        former_secret_until: Some(tx.now().plus_seconds(OVERLAP_SECONDS)),
        ..before.clone()
    };
    // That it was changed is told; from what to what never is.
    let told = FieldChange { field: "secret".to_owned(), before: None, after: None };
    row::change(&mut tx, &before, &endpoint, Some(told)).await?;
    tx.commit().await?;
    Ok(EndpointWithSecret { endpoint, secret })
}
