//! Listing keys.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sportello_entity::api_key;

use crate::{Actor, Permission, Result, store::Store};

/// Every key of the account, oldest first; revoked ones too. Read from the table: the directory does not know when
/// keys were last used.
///
/// # Errors
/// FORBIDDEN below ADMIN, and for keys without SETTINGS_READ.
pub async fn list(store: &Store, actor: &Actor) -> Result<Vec<api_key::Model>> {
    actor.require(Permission::ReadCredentials)?;
    let keys = api_key::Entity::find().filter(api_key::Column::AccountId.eq(actor.account_id));
    Ok(keys.order_by_asc(api_key::Column::Id).all(store.reader()).await?)
}
