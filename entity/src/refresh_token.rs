//! Refresh tokens. Used ones are kept, so that a second use is recognised.

use sea_orm::entity::prelude::*;

use crate::{SessionId, Timestamp};

/// One row of `refresh_token`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_token")]
pub struct Model {
    /// SHA-256 of the token, in hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: String,
    /// The session it refreshes.
    pub session_id: SessionId,
    /// When it was handed out.
    pub created_at: Timestamp,
    /// When it was used; a token serves once.
    pub used_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
