//! Mails that wait to be sent, were sent, or could not be.

use sea_orm::entity::prelude::*;

use crate::{AccountId, MailId, Timestamp, value::MailKind};

/// One row of `mail`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail")]
pub struct Model {
    /// Names the mail.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailId,
    /// The account it speaks for.
    pub account_id: AccountId,
    /// What it tells.
    pub kind: MailKind,
    /// The one address it goes to.
    pub recipient: String,
    /// The reader's language, BCP 47.
    pub locale: String,
    /// JSON: what its template is filled with. Emptied once it is sent, since it holds a token.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// How often sending was tried.
    pub attempts: i32,
    /// When it is tried (again); while a worker has it, when others may take it over.
    pub next_attempt_at: Option<Timestamp>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When the server took it.
    pub sent_at: Option<Timestamp>,
    /// When it was given up.
    pub failed_at: Option<Timestamp>,
    /// When it was written.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
