//! Views: searches that people keep.

use sea_orm::entity::prelude::*;

use crate::{AccountId, TicketViewId, Timestamp, UserId};

/// One row of `ticket_view`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_view")]
pub struct Model {
    /// Names the view.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TicketViewId,
    /// The desk.
    pub account_id: AccountId,
    /// Who keeps it.
    pub owner_id: UserId,
    /// What people call it.
    pub name: String,
    /// The search text.
    pub search: String,
    /// JSON: a list of fields and directions; empty: the list's own order.
    #[sea_orm(column_type = "Text")]
    pub order_by: String,
    /// Whether everybody of the account sees it.
    pub is_shared: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
