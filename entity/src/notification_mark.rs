//! How far each user has read the notifications: a place in the account's log.

use sea_orm::entity::prelude::*;

use crate::{AccountId, UserId};

/// One row of `notification_mark`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification_mark")]
pub struct Model {
    /// Who reads.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// Whose log.
    pub account_id: AccountId,
    /// The last event that was read; it only grows.
    pub sequence: i64,
}

impl ActiveModelBehavior for ActiveModel {}
