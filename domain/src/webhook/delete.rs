//! Deleting an endpoint.

use sea_orm::EntityTrait;
use sportello_entity::{WebhookEndpointId, webhook_endpoint};

use super::row;
use crate::{Actor, Permission, Result, store::Store};

/// Deletes an endpoint with its deliveries, those that are pending too: WEBHOOK_CHANGED.
///
/// # Errors
/// FORBIDDEN; refused with NOT_FOUND.
pub async fn delete(
    store: &Store,
    actor: &Actor,
    id: Option<WebhookEndpointId>,
) -> Result<webhook_endpoint::Model> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let endpoint = row::get_locked(&tx, id, "id").await?;
    webhook_endpoint::Entity::delete_by_id(endpoint.id).exec(tx.db()).await?;
    tx.record(row::deleted(&tx, &endpoint));
    tx.commit().await?;
    Ok(endpoint)
}
