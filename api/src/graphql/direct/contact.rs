//! Contacts.

use sportello_domain::contact::fields;
use sportello_entity::{ContactId, contact};

use super::{
    collect::Planned,
    json::Json,
    selected::{Below, Fields, Selected, unknown},
};

/// Fields of `Contact`.
pub(super) enum ContactField {
    Id,
    Name,
    Phone,
    Email,
    Locale,
    ExternalId,
    WhatsAppUserId,
    Fields(Selected<ValueField>),
    IsBlocked,
    IsErased,
    CreatedAt,
    UpdatedAt,
    Version,
}

impl Fields for ContactField {
    const OBJECT: &'static str = "Contact";
    const IS_NODE: bool = true;

    fn read(name: &str, below: &Below<'_, '_>) -> Planned<Self> {
        Ok(match name {
            "id" => Self::Id,
            "name" => Self::Name,
            "phone" => Self::Phone,
            "email" => Self::Email,
            "locale" => Self::Locale,
            "externalId" => Self::ExternalId,
            "whatsAppUserId" => Self::WhatsAppUserId,
            "fields" => Self::Fields(below.object()?),
            "isBlocked" => Self::IsBlocked,
            "isErased" => Self::IsErased,
            "createdAt" => Self::CreatedAt,
            "updatedAt" => Self::UpdatedAt,
            "version" => Self::Version,
            _ => return unknown(),
        })
    }
}

/// Fields of `ContactField`.
pub(super) enum ValueField {
    Code,
    Value,
}

impl Fields for ValueField {
    const OBJECT: &'static str = "ContactField";
    const IS_NODE: bool = false;

    fn read(name: &str, _below: &Below<'_, '_>) -> Planned<Self> {
        match name {
            "code" => Ok(Self::Code),
            "value" => Ok(Self::Value),
            _ => unknown(),
        }
    }
}

/// Writes a contact: whole, or as those see it who may read ids and names only.
pub(super) fn contact(
    row: &contact::Model,
    is_whole: bool,
    selected: &Selected<ContactField>,
    json: &mut Json,
) -> Option<()> {
    let whole = is_whole.then_some(row);
    selected.write(json, |field, json| match field {
        ContactField::Id => json.id(ContactId::PREFIX, row.id.0),
        ContactField::Name => json.value(&row.name),
        ContactField::Phone => json.value(whole.and_then(|row| row.phone.as_ref())),
        ContactField::Email => json.value(whole.and_then(|row| row.email.as_ref())),
        ContactField::Locale => json.value(whole.and_then(|row| row.locale.as_ref())),
        ContactField::ExternalId => json.value(whole.and_then(|row| row.external_id.as_ref())),
        ContactField::WhatsAppUserId => json.value(whole.and_then(|row| row.whatsapp_user_id.as_ref())),
        ContactField::Fields(selected) => values(whole, selected, json),
        ContactField::IsBlocked => json.value(row.is_blocked),
        ContactField::IsErased => json.value(row.is_erased),
        ContactField::CreatedAt => json.moment(row.created_at),
        ContactField::UpdatedAt => json.moment(row.updated_at),
        ContactField::Version => json.value(row.version),
    })
}

fn values(row: Option<&contact::Model>, selected: &Selected<ValueField>, json: &mut Json) -> Option<()> {
    let fields = row.map(|row| fields::parse(&row.fields)).transpose().ok()?.unwrap_or_default();
    json.list(fields, |(code, value), json| {
        selected.write(json, |field, json| match field {
            ValueField::Code => json.value(&code),
            ValueField::Value => json.value(&value),
        })
    })
}
