//! Rows of a page as tickets and contacts.

use std::collections::{HashMap, hash_map::Entry};

use sea_orm::QueryResult;
use sportello_entity::{
    AccountId, ContactId, Timestamp, contact,
    value::{MacroStatus, TicketSource},
};
use uuid::Uuid;

use crate::{
    actor::ActorRef,
    contact::{blank, list::CONTACT},
    directory::Directory,
    error::Result,
    page::{Columns, Page},
    ticket::TicketSnapshot,
};

use super::selection::{ContactSelection, Selection};

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

/// The contact beside each ticket.
pub(super) fn contact_beside(selection: ContactSelection) -> Option<(String, &'static str)> {
    let names = match selection {
        ContactSelection::None => return None,
        ContactSelection::Names => &["name"],
        ContactSelection::Whole => CONTACT,
    };
    let columns = names.iter().map(|name| format!("contact.{name} AS contact__{name}"));
    Some((columns.collect::<Vec<_>>().join(", "), "LEFT JOIN contact ON contact.id = page.contact_id"))
}

/// The contacts of the page's rows, as far as they were selected.
pub(super) fn contacts(
    page: &Page,
    tickets: &[TicketSnapshot],
    selection: ContactSelection,
) -> Result<HashMap<ContactId, contact::Model>> {
    let mut contacts = HashMap::new();
    if selection == ContactSelection::None {
        return Ok(contacts);
    }
    for (row, ticket) in page.rows.iter().zip(tickets) {
        let id = ticket.contact_id;
        let Entry::Vacant(vacant) = contacts.entry(id) else { continue };
        let mut columns = Columns::from(row, page.beside);
        vacant.insert(match selection {
            ContactSelection::Whole => contact_of(&mut columns)?,
            _ => named(id, columns.take()?),
        });
    }
    Ok(contacts)
}

/// A contact of which only the name is known.
fn named(id: ContactId, name: String) -> contact::Model {
    contact::Model { name, ..blank(AccountId(Uuid::nil()), id, Timestamp::default()) }
}

/// The contact, in the order of `CONTACT`.
fn contact_of(columns: &mut Columns<'_>) -> Result<contact::Model> {
    Ok(contact::Model {
        id: columns.take()?,
        account_id: columns.take()?,
        name: columns.take()?,
        name_folded: columns.take()?,
        phone: columns.take()?,
        email: columns.take()?,
        email_folded: columns.take()?,
        locale: columns.take()?,
        external_id: columns.take()?,
        whatsapp_user_id: columns.take()?,
        fields: columns.take()?,
        is_blocked: columns.take()?,
        is_erased: columns.take()?,
        created_at: columns.take()?,
        updated_at: columns.take()?,
        version: columns.take()?,
    })
}

/// The ticket of a row, in the order of `TICKET`: fields of a literal are read in the order in which they stand.
pub(super) fn ticket(
    row: &QueryResult,
    first: usize,
    selection: Selection,
    directory: &Directory,
) -> Result<TicketSnapshot> {
    let mut columns = Columns::from(row, first);
    let mut is_read = selection.optional();
    macro_rules! optional {
        () => {
            optional!(Default::default())
        };
        ($blank:expr) => {
            if is_read.next() == Some(true) { columns.take()? } else { $blank }
        };
    }
    let id = columns.take()?;
    let _account: AccountId = columns.take()?;
    let mut ticket = TicketSnapshot {
        id,
        reference: columns.take()?,
        external_id: optional!(),
        title: columns.take()?,
        description: optional!(),
        priority: columns.take()?,
        status_id: columns.take()?,
        status_key: String::new(),
        macro_status: optional!(MacroStatus::InProgress),
        category_id: columns.take()?,
        contact_id: columns.take()?,
        assignee_id: columns.take()?,
        source: optional!(TicketSource::Operator),
        opened_by: ActorRef { kind: columns.take()?, id: columns.take()? },
        opened_at: columns.take()?,
        updated_at: optional!(),
        status_changed_at: optional!(),
        closed_at: optional!(),
        first_response_at: optional!(),
        deleted_at: optional!(),
        reopen_count: optional!(),
        version: columns.take()?,
        note_count: optional!(),
    };
    if let Some(status) = directory.status(ticket.status_id) {
        ticket.status_key.clone_from(&status.key);
    }
    Ok(ticket)
}
