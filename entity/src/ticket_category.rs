//! Ticket categories.

use sea_orm::entity::prelude::*;

use crate::{AccountId, CategoryId, Timestamp};

/// One row of `ticket_category`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_category")]
pub struct Model {
    /// Names the category.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CategoryId,
    /// The desk.
    pub account_id: AccountId,
    /// As it was first spelled.
    pub name: String,
    /// The name after NFKC, full case folding and folding of spaces: unique in the account.
    pub name_key: String,
    /// Offered no more.
    pub is_archived: bool,
    /// The category that this one went into; its name means that one now.
    pub merged_into_id: Option<CategoryId>,
    /// When it was first used.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
