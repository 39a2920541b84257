//! Contacts: the customers of a desk.

use sea_orm::entity::prelude::*;

use crate::{AccountId, ContactId, Timestamp};

/// One row of `contact`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    /// Names the contact.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    /// The desk they turn to.
    pub account_id: AccountId,
    /// "" when unknown or erased.
    pub name: String,
    /// The name folded (case, accents), for search and order.
    pub name_folded: String,
    /// E.164.
    pub phone: Option<String>,
    /// As it was given.
    pub email: Option<String>,
    /// The same folded (case, accents), for filters.
    pub email_folded: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
    /// The integrator's own key.
    pub external_id: Option<String>,
    /// WhatsApp's user id, for those who hide their number.
    pub whatsapp_user_id: Option<String>,
    /// JSON: an object of dynamic field codes and values.
    #[sea_orm(column_type = "Text")]
    pub fields: String,
    /// Messages are kept and set nothing off.
    pub is_blocked: bool,
    /// The person is gone; tickets stay.
    pub is_erased: bool,
    /// When they were first known.
    pub created_at: Timestamp,
    /// When anything here last changed.
    pub updated_at: Timestamp,
    /// 1, and one more at each change.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
