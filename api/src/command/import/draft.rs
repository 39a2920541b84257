//! A ticket as another system tells it, before it is fitted into this desk: texts, as they were written.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::member::text;

/// What is known of one of their tickets. What they do not tell is None or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Draft {
    /// Their key; "" when it is missing.
    pub(super) id: String,
    /// What their people call it by.
    pub(super) reference: Option<String>,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) status: Option<String>,
    pub(super) priority: Option<String>,
    pub(super) category: Option<String>,
    pub(super) contact: Person,
    pub(super) assignee_email: Option<String>,
    pub(super) opened_at: Option<String>,
    pub(super) closed_at: Option<String>,
    pub(super) updated_at: Option<String>,
    /// Oldest first.
    pub(super) notes: Vec<DraftNote>,
    /// Why it is no ticket to be brought along, such as that it was deleted.
    pub(super) is_passed_over: Option<&'static str>,
    /// What was read otherwise than it was written.
    pub(super) remarks: Vec<Remark>,
}

/// Something that somebody wrote about a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DraftNote {
    pub(super) author: Option<String>,
    pub(super) written_at: Option<String>,
    pub(super) body: String,
    /// Whether the customer never saw it.
    pub(super) is_private: bool,
}

/// Somebody whom their tickets name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
}

/// What is to be told of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remark {
    /// Which, by its name in `TicketImportInput`.
    pub(super) field: &'static str,
    pub(super) reason: String,
}

impl Remark {
    pub(super) fn new(field: &'static str, reason: impl Into<String>) -> Self {
        Self { field, reason: reason.into() }
    }
}

/// People by their ids.
pub(super) type People = HashMap<String, Person>;

/// The person who is written into the ticket as an object at `at`, with what the list of people adds; else the one of
/// that list whose id stands at `id_at`.
pub(super) fn person_at(
    ticket: &Json,
    at: &str,
    id_at: &str,
    people: &People,
    read: fn(&Json) -> Person,
) -> Person {
    let written = ticket.pointer(at).filter(|person| person.is_object()).map(read).unwrap_or_default();
    let id = written.id.clone().or_else(|| text(ticket, id_at));
    let listed = id.as_ref().and_then(|id| people.get(id)).cloned().unwrap_or_default();
    Person {
        id,
        name: written.name.or(listed.name),
        phone: written.phone.or(listed.phone),
        email: written.email.or(listed.email),
    }
}
