//! Finding messages.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sportello_entity::{MessageId, message};

use super::MessageSnapshot;
use crate::{
    Actor, Error, Permission, Result,
    store::{Store, Tx},
};

/// The message of that id, if there is one.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn find(store: &Store, actor: &Actor, id: MessageId) -> Result<Option<MessageSnapshot>> {
    actor.require(Permission::ReadMessages)?;
    let found = message::Entity::find_by_id(id).filter(message::Column::AccountId.eq(actor.account_id));
    Ok(found.one(store.reader()).await?.map(MessageSnapshot::from))
}

/// The message that a row points at.
///
/// # Errors
/// FORBIDDEN; INTERNAL when there is none.
pub async fn get(store: &Store, actor: &Actor, id: MessageId) -> Result<MessageSnapshot> {
    let found = find(store, actor, id).await?;
    found.ok_or_else(|| Error::Internal(format!("there is no message {id}")))
}

/// The account's message of that id as the transaction sees it.
pub(super) async fn in_transaction(tx: &Tx, id: MessageId) -> Result<Option<message::Model>> {
    let found = message::Entity::find_by_id(id).filter(message::Column::AccountId.eq(tx.actor.account_id));
    Ok(found.one(tx.db()).await?)
}
