//! Messages between a desk and its customers.

use sea_orm::entity::prelude::*;

use crate::{
    AccountId, ChatId, MessageId, TemplateId, TicketId, Timestamp,
    value::{ActorKind, MessageDirection, MessageKind, MessageStatus},
};

/// One row of `message`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    /// Names the message.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    /// The desk.
    pub account_id: AccountId,
    /// The chat; its UUID is the contact's.
    pub chat_id: ChatId,
    /// Whose side it comes from.
    pub direction: MessageDirection,
    /// What it consists of.
    pub kind: MessageKind,
    /// What it says; "" when it says nothing or was erased.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// What a pressed button carries.
    pub button_payload: Option<String>,
    /// The kind of file that it brought, as MIME.
    pub media_mime_type: Option<String>,
    /// The file's name, where it has one.
    pub media_file_name: Option<String>,
    /// The template that it was made from, or whose button was pressed.
    pub template_id: Option<TemplateId>,
    /// What kind of actor wrote it.
    pub author_kind: ActorKind,
    /// Which one.
    pub author_id: Option<Uuid>,
    /// The ticket that it was written from.
    pub ticket_id: Option<TicketId>,
    /// How far it has come.
    pub status: MessageStatus,
    /// When it came so far.
    pub status_changed_at: Timestamp,
    /// Why it failed: the provider's code.
    pub failure_code: Option<i32>,
    /// Why it failed, in words.
    pub failure_message: Option<String>,
    /// Whether writing it again may work.
    pub failure_is_retryable: Option<bool>,
    /// The provider's name for it: unique in the account, so that what comes twice is kept once.
    pub provider_id: Option<String>,
    /// The contact was blocked when it came: it sets nothing off.
    pub is_muted: bool,
    /// When its author wrote it.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
