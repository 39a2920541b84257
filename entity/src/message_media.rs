//! Files that came with messages: fetched from the provider, which keeps them for a short while only.

use sea_orm::entity::prelude::*;

use crate::{AccountId, MessageId, Timestamp};

/// One row of `message_media`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_media")]
pub struct Model {
    /// The message.
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: MessageId,
    /// The desk.
    pub account_id: AccountId,
    /// The provider's name for the file.
    pub provider_id: String,
    /// The file, once it is fetched.
    pub content: Option<Vec<u8>>,
    /// How often fetching it was tried.
    pub attempts: i32,
    /// When it is fetched (again); null: it is here, or was given up.
    pub next_attempt_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
