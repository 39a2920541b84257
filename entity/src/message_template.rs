//! Message templates: texts that WhatsApp knows and takes at any time.

use sea_orm::entity::prelude::*;

use crate::{AccountId, TemplateId, Timestamp};

/// One row of `message_template`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_template")]
pub struct Model {
    /// Names the template.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TemplateId,
    /// The desk.
    pub account_id: AccountId,
    /// WhatsApp's name for it: unique in the account together with the language.
    pub name: String,
    /// BCP 47.
    pub language: String,
    /// The text with its places to fill in.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// JSON: an array of {text, payload}.
    #[sea_orm(column_type = "Text")]
    pub buttons: String,
    /// Whether it is offered no more.
    pub is_archived: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// 1, and one more at each change.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
