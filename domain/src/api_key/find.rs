//! Finding keys. They are read from the table: the directory does not know when keys were last used.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sportello_entity::{ApiKeyId, api_key};

use crate::{Actor, Permission, Result, store::Store};

/// Every key of the account, oldest first; revoked ones too.
///
/// # Errors
/// FORBIDDEN below ADMIN, and for keys without SETTINGS_READ.
pub async fn list(store: &Store, actor: &Actor) -> Result<Vec<api_key::Model>> {
    actor.require(Permission::ReadCredentials)?;
    let keys = api_key::Entity::find().filter(api_key::Column::AccountId.eq(actor.account_id));
    Ok(keys.order_by_asc(api_key::Column::Id).all(store.reader()).await?)
}

/// One key of the account; none for the id of another one's, or for what is no id at all.
///
/// # Errors
/// FORBIDDEN below ADMIN, and for keys without SETTINGS_READ.
pub async fn find(store: &Store, actor: &Actor, id: Option<ApiKeyId>) -> Result<Option<api_key::Model>> {
    actor.require(Permission::ReadCredentials)?;
    let Some(id) = id else { return Ok(None) };
    let found = api_key::Entity::find_by_id(id).filter(api_key::Column::AccountId.eq(actor.account_id));
    Ok(found.one(store.reader()).await?)
}
