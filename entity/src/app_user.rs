//! Users: the operators of an account. (`user` is a word of SQL.)

use sea_orm::entity::prelude::*;

use crate::{AccountId, Timestamp, UserId, value::Role};

/// One row of `app_user`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "app_user")]
pub struct Model {
    /// Names the user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// The account worked for.
    pub account_id: AccountId,
    /// What people call them.
    pub name: String,
    /// The name folded (case, accents), for order.
    pub name_folded: String,
    /// As it was given.
    pub email: String,
    /// Lower case: unique in the account, and what sign-in looks for.
    pub email_key: String,
    /// What they may do.
    pub role: Role,
    /// BCP 47.
    pub locale: String,
    /// False: signs in no more.
    pub is_active: bool,
    /// Whether ticket events are mailed to them.
    pub receives_ticket_emails: bool,
    /// Argon2id in PHC form; null until the invitation is accepted.
    pub password_hash: Option<String>,
    /// When they were invited or made.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
