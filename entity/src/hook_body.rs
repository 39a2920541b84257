//! What a provider has sent, as it came: stored before it is acknowledged, gone once it is worked on.

use sea_orm::entity::prelude::*;

use crate::{HookBodyId, Timestamp};

/// One row of `hook_body`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hook_body")]
pub struct Model {
    /// Names it; later ones sort later.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HookBodyId,
    /// JSON, of every account that the provider speaks of.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// How often working on it failed.
    pub attempts: i32,
    /// When it is worked on (again).
    pub next_attempt_at: Timestamp,
    /// When it was given up.
    pub failed_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
