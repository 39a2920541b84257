//! Automations: what sets them off, and what they do then.

use sea_orm::entity::prelude::*;

use crate::{AccountId, AutomationId, Timestamp};

/// One row of `automation`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "automation")]
pub struct Model {
    /// Names the automation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AutomationId,
    /// The desk.
    pub account_id: AccountId,
    /// What people call it.
    pub name: String,
    /// Whether anything sets it off.
    pub is_enabled: bool,
    /// The kind of its trigger, to find it by.
    pub trigger_kind: String,
    /// JSON: what sets it off.
    #[sea_orm(column_type = "Text")]
    pub trigger: String,
    /// JSON: an array of what it does, in order.
    #[sea_orm(column_type = "Text")]
    pub steps: String,
    /// The EXACT phrase that belongs to it, folded, as long as it is enabled: unique in the account.
    pub phrase: Option<String>,
    /// SHA-256 in hex of the secret that calls from outside carry.
    pub hook_secret_hash: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was deleted. The row stays for its runs and the history.
    pub deleted_at: Option<Timestamp>,
    /// 1, and one more at each change.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
