//! Rows of a page as tickets and contacts.

use std::collections::{HashMap, hash_map::Entry};

use sea_orm::{FromQueryResult, QueryResult};
use sportello_entity::{ContactId, StatusId, contact};

use crate::{
    actor::ActorRef, contact::list::CONTACT, directory::Directory, error::Result, ticket::TicketSnapshot,
};

/// The columns of `ticket` that a list reads: all but the folded texts.
pub(super) const TICKET: &[&str] = &[
    "id",
    "account_id",
    "reference",
    "external_id",
    "title",
    "description",
    "priority",
    "status_id",
    "macro_status",
    "category_id",
    "contact_id",
    "assignee_id",
    "source",
    "opened_by_kind",
    "opened_by_id",
    "opened_at",
    "updated_at",
    "status_changed_at",
    "closed_at",
    "first_response_at",
    "deleted_at",
    "reopen_count",
    "version",
    "note_count",
];

/// What stands before the name of a contact's column.
const PREFIX: &str = "contact__";

/// The contact beside each ticket.
pub(super) fn contact_beside() -> (String, &'static str) {
    let columns = CONTACT.iter().map(|name| format!("contact.{name} AS {PREFIX}{name}"));
    (columns.collect::<Vec<_>>().join(", "), "LEFT JOIN contact ON contact.id = page.contact_id")
}

/// The contacts of the rows.
pub(super) fn contacts(rows: &[QueryResult]) -> Result<HashMap<ContactId, contact::Model>> {
    let mut contacts = HashMap::new();
    for row in rows {
        if let Entry::Vacant(vacant) = contacts.entry(row.try_get("", "contact_id")?) {
            vacant.insert(contact::Model::from_query_result(row, PREFIX)?);
        }
    }
    Ok(contacts)
}

/// The ticket of a row.
pub(super) fn ticket(row: &QueryResult, directory: &Directory) -> Result<TicketSnapshot> {
    let status_id: StatusId = row.try_get("", "status_id")?;
    let status_key = directory.status(status_id).map(|status| status.key.clone()).unwrap_or_default();
    Ok(TicketSnapshot {
        id: row.try_get("", "id")?,
        reference: row.try_get("", "reference")?,
        external_id: row.try_get("", "external_id")?,
        title: row.try_get("", "title")?,
        description: row.try_get("", "description")?,
        priority: row.try_get("", "priority")?,
        status_id,
        status_key,
        macro_status: row.try_get("", "macro_status")?,
        category_id: row.try_get("", "category_id")?,
        contact_id: row.try_get("", "contact_id")?,
        assignee_id: row.try_get("", "assignee_id")?,
        source: row.try_get("", "source")?,
        opened_by: ActorRef {
            kind: row.try_get("", "opened_by_kind")?,
            id: row.try_get("", "opened_by_id")?,
        },
        opened_at: row.try_get("", "opened_at")?,
        updated_at: row.try_get("", "updated_at")?,
        status_changed_at: row.try_get("", "status_changed_at")?,
        closed_at: row.try_get("", "closed_at")?,
        first_response_at: row.try_get("", "first_response_at")?,
        deleted_at: row.try_get("", "deleted_at")?,
        reopen_count: row.try_get("", "reopen_count")?,
        version: row.try_get("", "version")?,
        note_count: row.try_get("", "note_count")?,
    })
}
