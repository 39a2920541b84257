//! One-time tokens: invitations and password resets.

use sea_orm::entity::prelude::*;

use crate::{AccountId, Timestamp, UserId, value::TokenPurpose};

/// One row of `one_time_token`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_token")]
pub struct Model {
    /// SHA-256 of the token, in hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: String,
    /// The account of the user.
    pub account_id: AccountId,
    /// Whom it was mailed to.
    pub user_id: UserId,
    /// What it is good for.
    pub purpose: TokenPurpose,
    /// When it stops being good.
    pub expires_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
