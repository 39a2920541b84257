//! Chats: what there is to know of a contact's messages as a whole. A contact without messages has no row.

use sea_orm::entity::prelude::*;

use crate::{AccountId, ChatId, Timestamp};

/// One row of `chat`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chat")]
pub struct Model {
    /// Names the chat; the UUID is the contact's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChatId,
    /// The desk.
    pub account_id: AccountId,
    /// How many messages of the customer nobody has read yet.
    pub unread_count: i32,
    /// The time of its latest message.
    pub last_message_at: Timestamp,
    /// The time of the customer's latest message: the service window counts from it.
    pub last_inbound_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
