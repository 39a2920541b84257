//! What clients send to find and change contacts, and how it becomes a command.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};
use sportello_domain::{
    Change,
    contact::{self, ContactChanges, ContactCreate, ContactUpdate, FieldInput},
};

use crate::graphql::{
    id::{change, parse},
    scalars::{EmailAddress, Locale, PhoneNumber},
};

/// One of a contact's names, each unique in the account.
#[derive(OneofObject)]
pub enum ContactBy {
    /// By id.
    Id(ID),
    /// By phone number, in any spelling with a country code.
    Phone(PhoneNumber),
    /// By the integrator's own key.
    ExternalId(String),
    /// By WhatsApp's user id.
    #[graphql(name = "whatsAppUserId")]
    WhatsAppUserId(String),
}

impl ContactBy {
    /// As the domain says it; None: a text that cannot be an id names nobody.
    pub fn into_key(self) -> Option<contact::ContactBy> {
        Some(match self {
            Self::Id(id) => contact::ContactBy::Id(parse(&id)?),
            Self::Phone(phone) => contact::ContactBy::Phone(phone.0),
            Self::ExternalId(key) => contact::ContactBy::ExternalId(key),
            Self::WhatsAppUserId(id) => contact::ContactBy::WhatsAppUserId(id),
        })
    }
}

/// A value for a dynamic field.
#[derive(InputObject)]
pub struct ContactFieldInput {
    /// The field's code.
    code: String,
    /// What it is filled with: 1 to 1,024 characters. Null removes it.
    value: Option<String>,
}

/// A new contact.
#[derive(InputObject)]
pub struct ContactCreateInput {
    /// What people call them: 1 to 200 characters.
    name: String,
    /// Their phone number with its country code, unique in the account.
    phone: Option<PhoneNumber>,
    /// Their e-mail address.
    email: Option<EmailAddress>,
    /// The language they are written to in.
    locale: Option<Locale>,
    /// The integrator's own key: 1 to 200 characters, unique in the account.
    external_id: Option<String>,
    /// Values for dynamic fields.
    fields: Option<Vec<ContactFieldInput>>,
    /// Makes a repetition harmless: the same key with the same input does it once.
    idempotency_key: Option<String>,
}

impl From<ContactCreateInput> for ContactCreate {
    fn from(input: ContactCreateInput) -> Self {
        let ContactCreateInput { name, phone, email, locale, external_id, fields, idempotency_key } = input;
        let contact = ContactChanges {
            name: Change::Set(name),
            phone: given(phone.map(|phone| phone.0)),
            email: given(email.map(|email| email.0)),
            locale: given(locale.map(|locale| locale.0)),
            external_id: given(external_id),
            fields: given(fields.map(values)),
            is_blocked: Change::Keep,
        };
        Self { contact, idempotency_key }
    }
}

/// A change of a contact. An absent field keeps its value; null clears it.
#[derive(InputObject)]
pub struct ContactUpdateInput {
    /// Which contact.
    id: ID,
    /// The version that you saw: another one is VERSION_CONFLICT.
    expected_version: Option<i32>,
    /// What people call them: 1 to 200 characters; cannot be null.
    name: MaybeUndefined<String>,
    /// Their phone number with its country code, unique in the account.
    phone: MaybeUndefined<PhoneNumber>,
    /// Their e-mail address.
    email: MaybeUndefined<EmailAddress>,
    /// The language they are written to in.
    locale: MaybeUndefined<Locale>,
    /// The integrator's own key: 1 to 200 characters, unique in the account.
    external_id: MaybeUndefined<String>,
    /// Values for dynamic fields, merged into what is there; null removes all of them.
    fields: MaybeUndefined<Vec<ContactFieldInput>>,
    /// Whether their messages are kept and set nothing off; cannot be null.
    is_blocked: MaybeUndefined<bool>,
    /// Makes a repetition harmless: the same key with the same input does it once.
    idempotency_key: Option<String>,
}

impl From<ContactUpdateInput> for ContactUpdate {
    fn from(input: ContactUpdateInput) -> Self {
        let ContactUpdateInput {
            id,
            expected_version,
            name,
            phone,
            email,
            locale,
            external_id,
            fields,
            is_blocked,
            idempotency_key,
        } = input;
        let changes = ContactChanges {
            name: change(name),
            phone: change(phone.map_value(|phone| phone.0)),
            email: change(email.map_value(|email| email.0)),
            locale: change(locale.map_value(|locale| locale.0)),
            external_id: change(external_id),
            fields: change(fields.map_value(values)),
            is_blocked: change(is_blocked),
        };
        Self { id: parse(&id), expected_version, changes, idempotency_key }
    }
}

/// Which contact is to be erased.
#[derive(InputObject)]
pub struct ContactDeleteInput {
    /// Which contact.
    pub id: ID,
}

fn given<T>(value: Option<T>) -> Change<T> {
    value.map_or(Change::Keep, Change::Set)
}

/// As the domain says it.
pub fn values(fields: Vec<ContactFieldInput>) -> Vec<FieldInput> {
    let value = |ContactFieldInput { code, value }| FieldInput { code, value };
    fields.into_iter().map(value).collect()
}
