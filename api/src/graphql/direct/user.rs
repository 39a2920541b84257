//! Users.

use sportello_entity::{UserId, app_user};

use super::{
    collect::Planned,
    json::Json,
    selected::{Below, Fields, Selected, unknown},
};

/// Fields of `User`.
pub(super) enum UserField {
    Id,
    Name,
    Email,
    Role,
    Locale,
    IsActive,
    ReceivesTicketEmails,
    CreatedAt,
}

impl Fields for UserField {
    const OBJECT: &'static str = "User";
    const IS_NODE: bool = true;

    fn read(name: &str, _below: &Below<'_, '_>) -> Planned<Self> {
        Ok(match name {
            "id" => Self::Id,
            "name" => Self::Name,
            "email" => Self::Email,
            "role" => Self::Role,
            "locale" => Self::Locale,
            "isActive" => Self::IsActive,
            "receivesTicketEmails" => Self::ReceivesTicketEmails,
            "createdAt" => Self::CreatedAt,
            _ => return unknown(),
        })
    }
}

/// Writes a user.
pub(super) fn user(row: &app_user::Model, selected: &Selected<UserField>, json: &mut Json) -> Option<()> {
    selected.write(json, |field, json| match field {
        UserField::Id => json.id(UserId::PREFIX, row.id.0),
        UserField::Name => json.value(&row.name),
        UserField::Email => json.value(&row.email),
        UserField::Role => json.value(row.role),
        UserField::Locale => json.value(&row.locale),
        UserField::IsActive => json.value(row.is_active),
        UserField::ReceivesTicketEmails => json.value(row.receives_ticket_emails),
        UserField::CreatedAt => json.moment(row.created_at),
    })
}
