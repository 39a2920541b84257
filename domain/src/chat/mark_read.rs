//! Marking a chat as read.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use sportello_entity::{ChatId, ContactId, chat};

use super::{Chat, find};
use crate::{Actor, Error, Permission, RefusalCode, Result, store::Store};

/// Says that somebody has read what the customer wrote. One shared inbox: for all operators. Read marks are not in the
/// log. None: a text that is no id.
///
/// # Errors
/// FORBIDDEN; NOT_FOUND as a refusal.
pub async fn mark_read(store: &Store, actor: &Actor, contact_id: Option<ContactId>) -> Result<Chat> {
    actor.require(Permission::WorkMessages)?;
    let missing = || Error::refused(RefusalCode::NotFound, &["contactId"], "there is no such contact");
    let contact_id = contact_id.ok_or_else(missing)?;
    let mut tx = store.begin(actor).await?;
    let unread = chat::Entity::update_many()
        .set(chat::ActiveModel { unread_count: Set(0), ..Default::default() })
        .filter(chat::Column::Id.eq(ChatId(contact_id.0)))
        .filter(chat::Column::AccountId.eq(actor.account_id))
        .filter(chat::Column::UnreadCount.gt(0));
    if unread.exec(tx.db()).await?.rows_affected > 0 {
        tx.write_without_event();
    }
    tx.commit().await?;
    find::find(store, actor, contact_id).await?.ok_or_else(missing)
}
