//! A contact as its own events keep it. Erasing the contact takes the person out of them.

use serde::{Deserialize, Serialize};
use sportello_entity::{ContactId, Timestamp, contact};

use super::fields::{self, Fields};

/// The contact right after an event: its own fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactSnapshot {
    /// Names the contact.
    pub id: ContactId,
    /// "" when unknown or erased.
    pub name: String,
    /// E.164.
    pub phone: Option<String>,
    /// As it was given.
    pub email: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
    /// The integrator's own key.
    pub external_id: Option<String>,
    /// WhatsApp's user id.
    pub whats_app_user_id: Option<String>,
    /// Dynamic fields' codes and values.
    pub fields: Fields,
    /// Messages set nothing off.
    pub is_blocked: bool,
    /// The person is gone.
    pub is_erased: bool,
    /// When they were first known.
    pub created_at: Timestamp,
    /// When anything here last changed.
    pub updated_at: Timestamp,
    /// 1, and one more at each change.
    pub version: i32,
}

impl ContactSnapshot {
    /// The members that tell who the person is: what erasing takes away.
    pub const PERSONAL: [&str; 7] =
        ["name", "phone", "email", "locale", "externalId", "whatsAppUserId", "fields"];

    /// The snapshot of a row.
    ///
    /// # Errors
    /// When the row's fields are no JSON object of texts, which this program never writes.
    pub fn of(row: &contact::Model) -> serde_json::Result<Self> {
        let contact::Model {
            id,
            account_id: _,
            name,
            name_folded: _,
            phone,
            email,
            email_folded: _,
            locale,
            external_id,
            whatsapp_user_id,
            fields,
            is_blocked,
            is_erased,
            created_at,
            updated_at,
            version,
        } = row.clone();
        Ok(Self {
            id,
            name,
            phone,
            email,
            locale,
            external_id,
            whats_app_user_id: whatsapp_user_id,
            fields: fields::parse(&fields)?,
            is_blocked,
            is_erased,
            created_at,
            updated_at,
            version,
        })
    }
}
