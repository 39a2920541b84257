//! Finding channels.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Select,
    sea_query::{Expr, LockType},
};
use sportello_entity::{AccountId, ChannelId, whatsapp_channel};

use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    store::{Store, Tx},
};

/// The account's channel, if it has one; None means the sandbox.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn find(store: &Store, actor: &Actor) -> Result<Option<whatsapp_channel::Model>> {
    actor.require(Permission::ReadSettings)?;
    of_account(store.reader(), actor.account_id).await
}

/// The channel that a number is enabled for, of whichever account: for what the provider sends.
///
/// # Errors
/// What the database answers.
pub async fn find_number(store: &Store, phone_number_id: &str) -> Result<Option<whatsapp_channel::Model>> {
    Ok(enabled_for(phone_number_id).one(store.reader()).await?)
}

/// The channels that a number is enabled for. The condition is written out: the index of enabled numbers serves no value
/// that is bound.
pub(super) fn enabled_for(phone_number_id: &str) -> Select<whatsapp_channel::Entity> {
    whatsapp_channel::Entity::find()
        .filter(whatsapp_channel::Column::PhoneNumberId.eq(phone_number_id))
        .filter(Expr::cust("is_enabled"))
}

/// The account's channel, read through `db`.
pub(crate) async fn of_account(
    db: &impl ConnectionTrait,
    account_id: AccountId,
) -> Result<Option<whatsapp_channel::Model>> {
    let found = whatsapp_channel::Entity::find().filter(whatsapp_channel::Column::AccountId.eq(account_id));
    Ok(found.one(db).await?)
}

/// FORBIDDEN as a refusal while a channel is connected: then customers write by themselves.
pub(crate) async fn refuse_connected(tx: &Tx) -> Result<()> {
    if of_account(tx.db(), tx.actor.account_id).await?.is_none() {
        return Ok(());
    }
    let message = "a WhatsApp number is connected: the sandbox is for accounts without one";
    Err(Error::refused(RefusalCode::Forbidden, &[], message))
}

/// The account's channel, its row locked until the transaction ends.
pub(super) async fn locked(tx: &Tx, id: Option<ChannelId>) -> Result<Option<whatsapp_channel::Model>> {
    let mut found =
        whatsapp_channel::Entity::find().filter(whatsapp_channel::Column::AccountId.eq(tx.actor.account_id));
    if let Some(id) = id {
        found = found.filter(whatsapp_channel::Column::Id.eq(id));
    }
    Ok(found.lock(LockType::NoKeyUpdate).one(tx.db()).await?)
}
