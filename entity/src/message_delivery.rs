//! Messages that are on their way out: a row each, until there is nothing more to be done for it.

use sea_orm::entity::prelude::*;

use crate::{AccountId, ChannelId, ChatId, MessageId, Timestamp};

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
    /// The number that it is written from; null: the sandbox.
    pub channel_id: Option<ChannelId>,
    /// JSON: what a template's places are filled in with, in their order.
    #[sea_orm(column_type = "Text", nullable)]
    pub parameters: Option<String>,
    /// When the provider was asked to send it, as long as it has not answered.
    pub asked_at: Option<Timestamp>,
    /// How often it was tried.
    pub attempts: i32,
    /// When there is something to be done for it (again).
    pub next_attempt_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
