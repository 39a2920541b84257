//! Sessions: one a sign-in; every refresh token descended from it belongs to it.

use sea_orm::entity::prelude::*;

use crate::{AccountId, SessionId, Timestamp, UserId};

/// One row of `session`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Names the session; access tokens carry it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// The account signed in to.
    pub account_id: AccountId,
    /// Who signed in.
    pub user_id: UserId,
    /// When.
    pub created_at: Timestamp,
    /// After this no refresh is taken.
    pub expires_at: Timestamp,
    /// Signed out, or ended because a refresh token came twice or the password changed.
    pub revoked_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
