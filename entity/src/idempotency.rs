//! Idempotency records: what a key has done already.

use sea_orm::entity::prelude::*;

use crate::{AccountId, Timestamp};

/// One row of `idempotency`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    /// The account of the credential.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// The user or API key that sent it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub credential_id: Uuid,
    /// The mutation it was sent with.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mutation: String,
    /// The client's key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of the input, in hex.
    pub input_hash: String,
    /// JSON: the ids of what came of it.
    #[sea_orm(column_type = "Text")]
    pub result: String,
    /// When; forgotten 24 hours later.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
