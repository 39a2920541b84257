//! The one way in which a ticket changes: what follows from its new values, its event, its next version.

use std::collections::{HashMap, hash_map::Entry};

use sea_orm::{DbErr, EntityTrait, SqlErr};
use sportello_entity::{
    CategoryId, NoteId, StatusId, UserId, app_user, ticket, ticket_category, ticket_status,
    value::{EventType, MacroStatus, Priority},
};

use crate::{
    Error, FieldChange, Refusal, RefusalCode, RefusalDetail, Result,
    log::changes_since,
    search,
    store::{NewEvent, Tx},
    text::folded,
    ticket::TicketSnapshot,
};

/// How many of a ticket's last events are looked at to tell a late writer what changed.
const EVENTS_LOOKED_AT: u64 = 100;

/// What tickets point at, by name: events tell changes as a person reads them. Each is read once for all the tickets of
/// a transaction, after the transaction has changed what it changes of them.
#[derive(Default)]
pub struct Names {
    statuses: HashMap<StatusId, ticket_status::Model>,
    categories: HashMap<CategoryId, Option<String>>,
    users: HashMap<UserId, Option<String>>,
}

impl Names {
    /// A status's key. Keys never change, so the directory in memory is right about those it holds.
    ///
    /// # Errors
    /// INTERNAL when a ticket points at nothing.
    pub async fn status_key(tx: &Tx, id: StatusId) -> Result<String> {
        let directory = tx.store().directory_since(tx.actor.account_id, 0).await?;
        match directory.status(id) {
            Some(status) => Ok(status.key.clone()),
            None => Ok(read_status(tx, id).await?.key),
        }
    }

    async fn status(&mut self, tx: &Tx, id: StatusId) -> Result<Option<String>> {
        if let Entry::Vacant(unknown) = self.statuses.entry(id) {
            unknown.insert(read_status(tx, id).await?);
        }
        Ok(self.statuses.get(&id).map(|status| status.name.clone()))
    }

    async fn category(&mut self, tx: &Tx, id: Option<CategoryId>) -> Result<Option<String>> {
        let Some(id) = id else { return Ok(None) };
        if let Entry::Vacant(unknown) = self.categories.entry(id) {
            let row = ticket_category::Entity::find_by_id(id).one(tx.db()).await?;
            unknown.insert(row.map(|row| row.name));
        }
        Ok(self.categories.get(&id).cloned().flatten())
    }

    async fn user(&mut self, tx: &Tx, id: Option<UserId>) -> Result<Option<String>> {
        let Some(id) = id else { return Ok(None) };
        if let Entry::Vacant(unknown) = self.users.entry(id) {
            unknown.insert(app_user::Entity::find_by_id(id).one(tx.db()).await?.map(|row| row.name));
        }
        Ok(self.users.get(&id).cloned().flatten())
    }
}

/// A status's row as this transaction sees it.
async fn read_status(tx: &Tx, id: StatusId) -> Result<ticket_status::Model> {
    let row = ticket_status::Entity::find_by_id(id).one(tx.db()).await?;
    row.ok_or_else(|| Error::Internal(format!("there is no status {id}")))
}

/// When a changed ticket's row is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Now: the transaction may read it again.
    Now,
    /// At commit, with the events: the transaction reads no ticket any more.
    Last,
}

/// Turns `before` into `after`: writes the row with what follows (closing, reopening, version, times) and records the
/// event. Nothing changed and no note: nothing is written, and `before` is the answer.
///
/// # Errors
/// TAKEN when another ticket has just taken the externalId, and what else the database answers.
pub async fn apply(
    tx: &mut Tx,
    names: &mut Names,
    before: ticket::Model,
    mut after: ticket::Model,
    note: Option<(NoteId, EventType)>,
    written: Written,
) -> Result<ticket::Model> {
    let changes = changes_between(tx, names, &before, &after).await?;
    if changes.is_empty() && note.is_none() {
        return Ok(before);
    }
    follow_status(tx, &before, &mut after);
    fold_texts(&before, &mut after);
    after.updated_at = tx.now();
    after.version += 1;
    let event_type = type_of(&before, &after, &changes, note.map(|(_, noted)| noted));
    // That another ticket has the externalId is told at its field.
    if written == Written::Last && before.external_id == after.external_id {
        tx.write_difference_last(&before, &after)?;
    } else {
        tx.write_difference(&before, &after).await.map_err(refused_if_taken)?;
    }
    if (&before.title, &before.description) != (&after.title, &after.description) {
        search::index_ticket(tx, &after);
    }
    record(tx, event_type, Some(&before), &after, changes, note.map(|(id, _)| id)).await?;
    Ok(after)
}

fn fold_texts(before: &ticket::Model, after: &mut ticket::Model) {
    if before.title != after.title {
        after.title_folded = folded(&after.title);
    }
    if before.description != after.description {
        after.description_folded = folded(&after.description);
    }
    if before.external_id != after.external_id {
        after.external_id_folded = after.external_id.as_deref().map(folded);
    }
}

/// The externalId is the only unique column that changes: another transaction took it after the look at it.
fn refused_if_taken(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => {
            let message = "another ticket of the account has this externalId";
            Error::refused(RefusalCode::Taken, &["externalId"], message)
        }
        _ => error.into(),
    }
}

/// Records what happened to a ticket, and counts it. `before` None: it was not there, or hidden.
pub(crate) async fn record(
    tx: &mut Tx,
    r#type: EventType,
    before: Option<&ticket::Model>,
    after: &ticket::Model,
    changes: Vec<FieldChange>,
    note_id: Option<NoteId>,
) -> Result<()> {
    tx.count(before, after).await?;
    let snapshot = snapshot_of(tx, after).await?.to_json()?;
    let previous = match before {
        Some(before) => Some(snapshot_of(tx, before).await?.previous_of(&snapshot)?),
        None => None,
    };
    tx.record(NewEvent { r#type, subject_id: after.id.0, note_id, changes, snapshot, previous });
    Ok(())
}

async fn snapshot_of(tx: &Tx, row: &ticket::Model) -> Result<TicketSnapshot> {
    Ok(TicketSnapshot::of(row.clone(), Names::status_key(tx, row.status_id).await?))
}

/// Closing and reopening: entering TERMINATED sets closedAt, leaving clears it and counts, moving within keeps it.
fn follow_status(tx: &Tx, before: &ticket::Model, after: &mut ticket::Model) {
    if before.status_id != after.status_id {
        after.status_changed_at = tx.now();
    }
    match (before.macro_status, after.macro_status) {
        (MacroStatus::InProgress, MacroStatus::Terminated) => after.closed_at = Some(tx.now()),
        (MacroStatus::Terminated, MacroStatus::InProgress) => {
            after.closed_at = None;
            after.reopen_count += 1;
        }
        _ => {}
    }
}

fn type_of(
    before: &ticket::Model,
    after: &ticket::Model,
    changes: &[FieldChange],
    noted: Option<EventType>,
) -> EventType {
    let is_moved = before.status_id != after.status_id || before.macro_status != after.macro_status;
    match noted {
        _ if is_moved => EventType::TicketStatusChanged,
        Some(noted) if changes.is_empty() => noted,
        _ => EventType::TicketUpdated,
    }
}

async fn changes_between(
    tx: &Tx,
    names: &mut Names,
    before: &ticket::Model,
    after: &ticket::Model,
) -> Result<Vec<FieldChange>> {
    let text = |value: &str| Some(value.to_owned());
    let mut changes = Vec::new();
    changes.extend(FieldChange::between("title", text(&before.title), text(&after.title)));
    changes.extend(FieldChange::between("description", text(&before.description), text(&after.description)));
    changes.extend(FieldChange::between("externalId", before.external_id.clone(), after.external_id.clone()));
    changes.extend(FieldChange::between("priority", text(priority(before)), text(priority(after))));
    if before.status_id != after.status_id {
        let was = names.status(tx, before.status_id).await?;
        changes.push(changed("status", was, names.status(tx, after.status_id).await?));
    } else if before.macro_status != after.macro_status {
        let (was, is) = (text(macro_status(before)), text(macro_status(after)));
        changes.extend(FieldChange::between("macroStatus", was, is));
    }
    if before.category_id != after.category_id {
        let was = names.category(tx, before.category_id).await?;
        changes.push(changed("category", was, names.category(tx, after.category_id).await?));
    }
    if before.assignee_id != after.assignee_id {
        let was = names.user(tx, before.assignee_id).await?;
        changes.push(changed("assignee", was, names.user(tx, after.assignee_id).await?));
    }
    Ok(changes)
}

/// A change that is one even where both sides have the same name.
fn changed(field: &str, before: Option<String>, after: Option<String>) -> FieldChange {
    FieldChange { field: field.to_owned(), before, after }
}

fn priority(ticket: &ticket::Model) -> &'static str {
    match ticket.priority {
        Priority::Low => "LOW",
        Priority::Medium => "MEDIUM",
        Priority::High => "HIGH",
        Priority::Urgent => "URGENT",
    }
}

fn macro_status(ticket: &ticket::Model) -> &'static str {
    match ticket.macro_status {
        MacroStatus::InProgress => "IN_PROGRESS",
        MacroStatus::Terminated => "TERMINATED",
    }
}

/// Holds a client's `expectedVersion` against the row.
///
/// # Errors
/// VERSION_CONFLICT with what changed in between.
pub async fn compare_versions(tx: &Tx, row: &ticket::Model, expected: Option<i32>) -> Result<()> {
    let Some(expected) = expected.filter(|expected| *expected != row.version) else { return Ok(()) };
    let changes = changes_since(tx, row.id.0, expected, Some(EVENTS_LOOKED_AT)).await?;
    let message = format!("the ticket is at version {}: look at what changed and try again", row.version);
    let mut refusal = Refusal::new(RefusalCode::VersionConflict, &["expectedVersion"], message);
    refusal.detail = RefusalDetail::VersionConflict { id: row.id.0, expected, current: row.version, changes };
    Err(refusal.into())
}
