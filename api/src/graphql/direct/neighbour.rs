//! Statuses and categories.

use sportello_entity::{CategoryId, StatusId, ticket_category, ticket_status};

use super::{
    collect::Planned,
    json::Json,
    selected::{Below, Fields, Selected, unknown},
};

/// Fields of `TicketStatus`.
pub(super) enum StatusField {
    Id,
    Key,
    Name,
    Color,
    MacroStatus,
    Position,
    IsPredefined,
    IsDefault,
    IsDeleted,
}

impl Fields for StatusField {
    const OBJECT: &'static str = "TicketStatus";
    const IS_NODE: bool = true;

    fn read(name: &str, _below: &Below<'_, '_>) -> Planned<Self> {
        Ok(match name {
            "id" => Self::Id,
            "key" => Self::Key,
            "name" => Self::Name,
            "color" => Self::Color,
            "macroStatus" => Self::MacroStatus,
            "position" => Self::Position,
            "isPredefined" => Self::IsPredefined,
            "isDefault" => Self::IsDefault,
            "isDeleted" => Self::IsDeleted,
            _ => return unknown(),
        })
    }
}

/// Writes a status.
pub(super) fn status(
    row: &ticket_status::Model,
    selected: &Selected<StatusField>,
    json: &mut Json,
) -> Option<()> {
    selected.write(json, |field, json| match field {
        StatusField::Id => json.id(StatusId::PREFIX, row.id.0),
        StatusField::Key => json.value(&row.key),
        StatusField::Name => json.value(&row.name),
        StatusField::Color => json.value(&row.color),
        StatusField::MacroStatus => json.value(row.macro_status),
        StatusField::Position => json.value(row.position),
        StatusField::IsPredefined => json.value(row.is_predefined),
        StatusField::IsDefault => json.value(row.is_default),
        StatusField::IsDeleted => json.value(row.deleted_at.is_some()),
    })
}

/// Fields of `TicketCategory`.
pub(super) enum CategoryField {
    Id,
    Name,
    IsArchived,
    CreatedAt,
}

impl Fields for CategoryField {
    const OBJECT: &'static str = "TicketCategory";
    const IS_NODE: bool = true;

    fn read(name: &str, _below: &Below<'_, '_>) -> Planned<Self> {
        Ok(match name {
            "id" => Self::Id,
            "name" => Self::Name,
            "isArchived" => Self::IsArchived,
            "createdAt" => Self::CreatedAt,
            _ => return unknown(),
        })
    }
}

/// Writes a category.
pub(super) fn category(
    row: &ticket_category::Model,
    selected: &Selected<CategoryField>,
    json: &mut Json,
) -> Option<()> {
    selected.write(json, |field, json| match field {
        CategoryField::Id => json.id(CategoryId::PREFIX, row.id.0),
        CategoryField::Name => json.value(&row.name),
        CategoryField::IsArchived => json.value(row.is_archived),
        CategoryField::CreatedAt => json.moment(row.created_at),
    })
}
