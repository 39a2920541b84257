//! How many tickets were opened and closed on each day. Deleted tickets do not count.

use sea_orm::entity::prelude::*;

use crate::AccountId;

/// One row of `ticket_day`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_day")]
pub struct Model {
    /// Whose tickets.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// Which day, in days since 1970-01-01, in the time zone of `log_head.count_zone`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: i32,
    /// How many tickets were opened on it.
    pub opened: i64,
    /// How many tickets were closed on it and are closed still.
    pub closed: i64,
    /// Goes up whenever anything of the tickets closed on it changes, so that what is in memory of them is known to be
    /// right. The row stays when all of its tickets are gone.
    pub revision: i64,
}

impl ActiveModelBehavior for ActiveModel {}
