//! Dynamic fields that an account has made: what %%CODE%% may be filled with.

use sea_orm::entity::prelude::*;

use crate::{AccountId, DynamicFieldId, Timestamp};

/// One row of `dynamic_field`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dynamic_field")]
pub struct Model {
    /// Names the field.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DynamicFieldId,
    /// The desk.
    pub account_id: AccountId,
    /// `[A-Z][A-Z0-9_]*`, unique in the account.
    pub code: String,
    /// What people call it.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
