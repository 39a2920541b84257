//! Finding chats.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use sportello_entity::{AccountId, ChatId, ContactId, Timestamp, chat};

use super::ServiceWindow;
use crate::{Actor, Permission, Result, contact, store::Store};

/// A chat as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Whose it is; its own id holds the same UUID.
    pub contact_id: ContactId,
    /// How many of the customer's messages nobody has read.
    pub unread_count: i32,
    /// When its latest message was written; None: there is none.
    pub last_message_at: Option<Timestamp>,
    /// Whether anything may be written.
    pub service_window: ServiceWindow,
}

impl Chat {
    /// Names the chat.
    pub fn id(&self) -> ChatId {
        ChatId(self.contact_id.0)
    }

    /// The chat of a contact with whom nobody has written yet.
    pub fn empty(contact_id: ContactId) -> Self {
        let service_window = ServiceWindow::after(None);
        Self { contact_id, unread_count: 0, last_message_at: None, service_window }
    }
}

impl From<chat::Model> for Chat {
    fn from(row: chat::Model) -> Self {
        let chat::Model { id, account_id: _, unread_count, last_message_at, last_inbound_at } = row;
        Self {
            contact_id: ContactId(id.0),
            unread_count,
            last_message_at: Some(last_message_at),
            service_window: ServiceWindow::after(last_inbound_at),
        }
    }
}

/// The chat with this contact; None when there is no such contact.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn find(store: &Store, actor: &Actor, contact_id: ContactId) -> Result<Option<Chat>> {
    actor.require(Permission::ReadMessages)?;
    if contact::find_ids(store, actor, &[contact_id]).await?.is_empty() {
        return Ok(None);
    }
    let rows = find_chats(store, actor, &[contact_id]).await?;
    Ok(Some(rows.into_iter().next().unwrap_or_else(|| Chat::empty(contact_id))))
}

/// The chats with these contacts, in no order; left out are those in which nobody has written yet.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn find_chats(store: &Store, actor: &Actor, ids: &[ContactId]) -> Result<Vec<Chat>> {
    actor.require(Permission::ReadMessages)?;
    let ids = ids.iter().map(|id| ChatId(id.0));
    let found = chat::Entity::find()
        .filter(chat::Column::AccountId.eq(actor.account_id))
        .filter(chat::Column::Id.is_in(ids));
    Ok(found.all(store.reader()).await?.into_iter().map(Chat::from).collect())
}

/// The chat with this contact, read through `db`.
pub(crate) async fn read(
    db: &impl ConnectionTrait,
    account_id: AccountId,
    contact_id: ContactId,
) -> Result<Chat> {
    let found = chat::Entity::find_by_id(ChatId(contact_id.0)).filter(chat::Column::AccountId.eq(account_id));
    Ok(found.one(db).await?.map_or_else(|| Chat::empty(contact_id), Chat::from))
}
