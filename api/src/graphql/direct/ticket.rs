//! Tickets, given as snapshots.

use std::collections::HashMap;

use sportello_domain::{category::meant_in, directory::Directory, ticket::TicketSnapshot};
use sportello_entity::{ContactId, TicketId, contact};

use super::{
    actor::ActorSelected,
    collect::Planned,
    contact::{self as person, ContactField},
    json::Json,
    neighbour::{self, CategoryField, StatusField},
    selected::{Below, Fields, Selected, unknown},
    user::{self, UserField},
};

/// Fields of `Ticket`.
pub(super) enum TicketField {
    Id,
    Reference,
    ExternalId,
    Title,
    Description,
    Priority,
    Status(Selected<StatusField>),
    MacroStatus,
    Category(Selected<CategoryField>),
    Contact(Selected<ContactField>),
    Assignee(Selected<UserField>),
    Source,
    OpenedBy(ActorSelected),
    OpenedAt,
    UpdatedAt,
    StatusChangedAt,
    ClosedAt,
    FirstResponseAt,
    DeletedAt,
    ReopenCount,
    Version,
    NoteCount,
}

impl Fields for TicketField {
    const OBJECT: &'static str = "Ticket";
    const IS_NODE: bool = true;

    fn read(name: &str, below: &Below<'_, '_>) -> Planned<Self> {
        Ok(match name {
            "id" => Self::Id,
            "reference" => Self::Reference,
            "externalId" => Self::ExternalId,
            "title" => Self::Title,
            "description" => Self::Description,
            "priority" => Self::Priority,
            "status" => Self::Status(below.object()?),
            "macroStatus" => Self::MacroStatus,
            "category" => Self::Category(below.object()?),
            "contact" => Self::Contact(below.object()?),
            "assignee" => Self::Assignee(below.object()?),
            "source" => Self::Source,
            "openedBy" => Self::OpenedBy(ActorSelected::read(below)?),
            "openedAt" => Self::OpenedAt,
            "updatedAt" => Self::UpdatedAt,
            "statusChangedAt" => Self::StatusChangedAt,
            "closedAt" => Self::ClosedAt,
            "firstResponseAt" => Self::FirstResponseAt,
            "deletedAt" => Self::DeletedAt,
            "reopenCount" => Self::ReopenCount,
            "version" => Self::Version,
            "noteCount" => Self::NoteCount,
            _ => return unknown(),
        })
    }
}

/// What tickets point at, and what of it the actor may see.
pub(super) struct Around<'page> {
    pub(super) directory: &'page Directory,
    /// The tickets' contacts, as far as they are selected.
    pub(super) contacts: &'page HashMap<ContactId, contact::Model>,
    /// The contacts who opened tickets.
    pub(super) openers: &'page HashMap<ContactId, contact::Model>,
    /// Whether contacts are seen whole.
    pub(super) sees_contacts: bool,
}

/// Writes a ticket; None where something is missing that it points at.
pub(super) fn ticket(
    state: &TicketSnapshot,
    around: &Around<'_>,
    selected: &Selected<TicketField>,
    json: &mut Json,
) -> Option<()> {
    let directory = around.directory;
    selected.write(json, |field, json| match field {
        TicketField::Id => json.id(TicketId::PREFIX, state.id.0),
        TicketField::Reference => json.value(&state.reference),
        TicketField::ExternalId => json.value(&state.external_id),
        TicketField::Title => json.value(&state.title),
        TicketField::Description => json.value(&state.description),
        TicketField::Priority => json.value(state.priority),
        TicketField::Status(selected) => {
            neighbour::status(directory.status(state.status_id)?, selected, json)
        }
        TicketField::MacroStatus => json.value(state.macro_status),
        TicketField::Category(selected) => {
            let row = state.category_id.and_then(|id| meant_in(directory, id));
            json.optional(row, |row, json| neighbour::category(row, selected, json))
        }
        TicketField::Contact(selected) => {
            let row = around.contacts.get(&state.contact_id)?;
            person::contact(row, around.sees_contacts, selected, json)
        }
        TicketField::Assignee(selected) => {
            let row = state.assignee_id.and_then(|id| directory.user(id));
            json.optional(row, |row, json| user::user(row, selected, json))
        }
        TicketField::Source => json.value(state.source),
        TicketField::OpenedBy(selected) => selected.write(state.opened_by, around, json),
        TicketField::OpenedAt => json.moment(state.opened_at),
        TicketField::UpdatedAt => json.moment(state.updated_at),
        TicketField::StatusChangedAt => json.moment(state.status_changed_at),
        TicketField::ClosedAt => json.moment(state.closed_at),
        TicketField::FirstResponseAt => json.moment(state.first_response_at),
        TicketField::DeletedAt => json.moment(state.deleted_at),
        TicketField::ReopenCount => json.value(state.reopen_count),
        TicketField::Version => json.value(state.version),
        TicketField::NoteCount => json.value(state.note_count),
    })
}
