//! How far the followers of an account's log have come: what lies after it is still to be planned.

use sea_orm::entity::prelude::*;

use crate::AccountId;

/// One row of `follower_position`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "follower_position")]
pub struct Model {
    /// Whose log.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// The sequence of the last event that was planned; 0 before the first.
    pub sequence: i64,
}

impl ActiveModelBehavior for ActiveModel {}
