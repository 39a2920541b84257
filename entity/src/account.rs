//! Accounts: one desk each.

use sea_orm::entity::prelude::*;

use crate::{AccountId, Timestamp};

/// One row of `account`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    /// Names the account.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    /// What people call it.
    pub name: String,
    /// BCP 47; predefined statuses and e-mails speak it.
    pub locale: String,
    /// IANA name.
    pub time_zone: String,
    /// What stands before the number in an automatic reference.
    pub reference_prefix: String,
    /// The number that the next automatic reference tries first.
    pub next_reference_number: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
