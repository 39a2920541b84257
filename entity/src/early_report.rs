//! What was reported of messages before it was known that they are ours: reports can overtake the answer to a send.

use sea_orm::entity::prelude::*;

use crate::{AccountId, Timestamp, value::MessageStatus};

/// One row of `early_report`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "early_report")]
pub struct Model {
    /// The desk.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// The provider's name for the message.
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider_id: String,
    /// How far it has come.
    #[sea_orm(primary_key, auto_increment = false)]
    pub status: MessageStatus,
    /// JSON: why it failed, where it did.
    #[sea_orm(column_type = "Text", nullable)]
    pub failure: Option<String>,
    /// When it was reported; forgotten a day later.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
