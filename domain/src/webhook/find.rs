//! Finding endpoints.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sportello_entity::{WebhookEndpointId, webhook_endpoint};

use crate::{Actor, Permission, Result, store::Store};

/// Every endpoint of the account, oldest first.
///
/// # Errors
/// FORBIDDEN below ADMIN, and for keys without SETTINGS_READ.
pub async fn list(store: &Store, actor: &Actor) -> Result<Vec<webhook_endpoint::Model>> {
    actor.require(Permission::ReadCredentials)?;
    let own =
        webhook_endpoint::Entity::find().filter(webhook_endpoint::Column::AccountId.eq(actor.account_id));
    Ok(own.order_by_asc(webhook_endpoint::Column::Id).all(store.reader()).await?)
}

/// One endpoint of the account; none for the id of another one's, or for what is no id at all.
///
/// # Errors
/// FORBIDDEN below ADMIN, and for keys without SETTINGS_READ.
pub async fn find(
    store: &Store,
    actor: &Actor,
    id: Option<WebhookEndpointId>,
) -> Result<Option<webhook_endpoint::Model>> {
    actor.require(Permission::ReadCredentials)?;
    let Some(id) = id else { return Ok(None) };
    let found = webhook_endpoint::Entity::find_by_id(id)
        .filter(webhook_endpoint::Column::AccountId.eq(actor.account_id));
    Ok(found.one(store.reader()).await?)
}
