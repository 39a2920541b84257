//! API keys.

use sea_orm::entity::prelude::*;

use crate::{AccountId, ApiKeyId, Timestamp, UserId};

/// One row of `api_key`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    /// Names the key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    /// The account it opens.
    pub account_id: AccountId,
    /// What people call it.
    pub name: String,
    /// Scope names, joined by spaces.
    pub scopes: String,
    /// The first characters of the secret, to recognise it by.
    pub prefix: String,
    /// SHA-256 of the secret, in hex. The secret has 256 bits of its own, so no slow hash is needed.
    #[sea_orm(unique)]
    pub secret_hash: String,
    /// Who made it.
    pub created_by_id: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute or so.
    pub last_used_at: Option<Timestamp>,
    /// When it stops by itself.
    pub expires_at: Option<Timestamp>,
    /// When somebody stopped it.
    pub revoked_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
