//! The head of each account's log: how far it has come.

use sea_orm::entity::prelude::*;

use crate::AccountId;

/// One row of `log_head`, but for the statistics' counters that stand in it: `open_low`, `open_medium`, `open_high` and
/// `open_urgent` count the open tickets, `count_zone` names the time zone that days are counted in (null: not counted yet).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_head")]
pub struct Model {
    /// Whose log.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// Made anew when the database was restored from a backup, so that cursors of the lost future are recognised.
    pub epoch: i64,
    /// The sequence of the last event; 0 when there is none yet.
    pub sequence: i64,
    /// The sequence of the last event that changed what the directory holds (statuses, categories, users, keys).
    pub directory_sequence: i64,
}

impl ActiveModelBehavior for ActiveModel {}
