//! Messages that are on their way out: a row each, until there is nothing more to be done for it.

use sea_orm::entity::prelude::*;

use crate::{AccountId, ChatId, MessageId, Timestamp};

/// One row of `message_delivery`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_delivery")]
pub struct Model {
    /// The message.
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: MessageId,
    /// The desk.
    pub account_id: AccountId,
    /// The chat: within one, messages go out in the order in which they were written.
    pub chat_id: ChatId,
    /// How often it was tried.
    pub attempts: i32,
    /// When there is something to be done for it (again).
    pub next_attempt_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
