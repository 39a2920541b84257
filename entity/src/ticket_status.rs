//! Ticket statuses.

use sea_orm::entity::prelude::*;

use crate::{AccountId, StatusId, Timestamp, value::MacroStatus};

/// One row of `ticket_status`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_status")]
pub struct Model {
    /// Names the status.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StatusId,
    /// The desk.
    pub account_id: AccountId,
    /// "open", "in_progress" … or a slug of a custom status's first name. It never changes.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// The name folded: unique among those that are not deleted.
    pub name_key: String,
    /// A predefined status that somebody renamed follows the account's locale no more.
    pub is_renamed: bool,
    /// "#rrggbb".
    pub color: String,
    /// Whether work goes on or has ended.
    pub macro_status: MacroStatus,
    /// Lists are sorted by it.
    pub position: i32,
    /// One of the five.
    pub is_predefined: bool,
    /// What a new ticket gets.
    pub is_default: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was deleted; what still points at it still shows it.
    pub deleted_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
