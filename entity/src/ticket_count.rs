//! How many tickets each status, category and assignee has. Deleted tickets do not count.

use sea_orm::entity::prelude::*;

use crate::AccountId;

/// One row of `ticket_count`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_count")]
pub struct Model {
    /// Whose tickets.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// What they are counted by.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dimension: Dimension,
    /// The status, category or user; the nil UUID stands for none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: Uuid,
    /// How many of them are open.
    pub open_tickets: i64,
    /// How many there are; of assignees only the open ones are counted, and this stays 0.
    pub tickets: i64,
}

/// What tickets are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum Dimension {
    /// By status.
    Status = 0,
    /// By category.
    Category = 1,
    /// By assignee.
    Assignee = 2,
}

impl ActiveModelBehavior for ActiveModel {}
