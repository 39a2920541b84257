//! The WhatsApp numbers that accounts write from: at most one each.

use sea_orm::entity::prelude::*;

use crate::{AccountId, ChannelId, Timestamp};

/// One row of `whatsapp_channel`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "whatsapp_channel")]
pub struct Model {
    /// Names the channel.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChannelId,
    /// The desk.
    pub account_id: AccountId,
    /// Meta's id of the number: enabled in one account only.
    pub phone_number_id: String,
    /// As people read it.
    pub display_phone_number: String,
    /// What opens the provider's door, sealed.
    #[sea_orm(column_type = "Text")]
    pub access_token: String,
    /// Whether messages go out and come in.
    pub is_enabled: bool,
    /// Why not.
    pub problem: Option<String>,
    /// The provider has asked to be left in peace until then.
    pub paused_until: Option<Timestamp>,
    /// When it was connected first.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
