//! Who has a ticket open: a row for each subscription that announces somebody, as long as its server says so.

use sea_orm::entity::prelude::*;

use crate::{AccountId, PresenceId, TicketId, Timestamp, UserId};

/// One row of `presence`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "presence")]
pub struct Model {
    /// Names the subscription: a user may have a ticket open in several windows.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PresenceId,
    /// Whose ticket.
    pub account_id: AccountId,
    /// Which ticket.
    pub ticket_id: TicketId,
    /// Who.
    pub user_id: UserId,
    /// Whether they say that they are writing.
    pub is_typing: bool,
    /// When they came.
    pub since: Timestamp,
    /// When their server last said that they are there.
    pub seen_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
