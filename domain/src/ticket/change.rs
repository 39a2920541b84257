//! The one way in which a ticket changes: what follows from its new values, its event, its next version.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    SqlErr,
};
use sportello_entity::{
    CategoryId, NoteId, StatusId, TicketId, UserId, app_user, event, ticket, ticket_category, ticket_status,
    value::{EventType, MacroStatus, Priority},
};

use crate::{
    Error, FieldChange, Refusal, RefusalCode, RefusalDetail, Result,
    store::{NewEvent, Tx},
    text::folded,
    ticket::TicketSnapshot,
};

/// What a ticket points at, by name: events tell changes as a person reads them.
pub struct Names;

impl Names {
    /// A status's row as this transaction sees it.
    ///
    /// # Errors
    /// INTERNAL when a ticket points at nothing.
    pub async fn status(tx: &Tx, id: StatusId) -> Result<ticket_status::Model> {
        let row = ticket_status::Entity::find_by_id(id).one(tx.db()).await?;
        row.ok_or_else(|| Error::Internal(format!("there is no status {id}")))
    }

    /// A status's key. Keys never change, so the directory in memory is right about those it holds.
    ///
    /// # Errors
    /// INTERNAL when a ticket points at nothing.
    pub async fn status_key(tx: &Tx, id: StatusId) -> Result<String> {
        let directory = tx.store().directory_since(tx.actor.account_id, 0).await?;
        match directory.status(id) {
            Some(status) => Ok(status.key.clone()),
            None => Ok(Self::status(tx, id).await?.key),
        }
    }

    async fn category(tx: &Tx, id: Option<CategoryId>) -> Result<Option<String>> {
        let Some(id) = id else { return Ok(None) };
        Ok(ticket_category::Entity::find_by_id(id).one(tx.db()).await?.map(|row| row.name))
    }

    async fn user(tx: &Tx, id: Option<UserId>) -> Result<Option<String>> {
        let Some(id) = id else { return Ok(None) };
        Ok(app_user::Entity::find_by_id(id).one(tx.db()).await?.map(|row| row.name))
    }
}

/// Turns `before` into `after`: writes the row with what follows (closing, reopening, version, times) and records the
/// event. Nothing changed and no note: nothing is written, and `before` is the answer.
///
/// # Errors
/// TAKEN when another ticket has just taken the externalId, and what else the database answers.
pub async fn apply(
    tx: &mut Tx,
    before: ticket::Model,
    mut after: ticket::Model,
    note: Option<(NoteId, EventType)>,
) -> Result<ticket::Model> {
    let changes = changes_between(tx, &before, &after).await?;
    if changes.is_empty() && note.is_none() {
        return Ok(before);
    }
    follow_status(tx, &before, &mut after);
    after.title_folded = folded(&after.title);
    after.description_folded = folded(&after.description);
    after.updated_at = tx.now();
    after.version += 1;
    let event_type = type_of(&before, &after, &changes, note.map(|(_, noted)| noted));
    let written = after.into_active_model().reset_all().update(tx.db()).await.map_err(refused_if_taken)?;
    record(tx, event_type, Some(&before), &written, changes, note.map(|(id, _)| id)).await?;
    Ok(written)
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

/// Records what happened to a ticket. `before` None: it was not there, or hidden.
pub(crate) async fn record(
    tx: &mut Tx,
    r#type: EventType,
    before: Option<&ticket::Model>,
    after: &ticket::Model,
    changes: Vec<FieldChange>,
    note_id: Option<NoteId>,
) -> Result<()> {
    let key = Names::status_key(tx, after.status_id).await?;
    let snapshot = TicketSnapshot::of(after.clone(), key.clone());
    let previous = match before {
        Some(before) if before.status_id == after.status_id => {
            Some(TicketSnapshot::of(before.clone(), key).previous_of(&snapshot)?)
        }
        Some(before) => {
            let key = Names::status_key(tx, before.status_id).await?;
            Some(TicketSnapshot::of(before.clone(), key).previous_of(&snapshot)?)
        }
        None => None,
    };
    let snapshot = snapshot.to_json()?;
    tx.record(NewEvent { r#type, subject_id: after.id.0, note_id, changes, snapshot, previous });
    Ok(())
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

async fn changes_between(tx: &Tx, before: &ticket::Model, after: &ticket::Model) -> Result<Vec<FieldChange>> {
    let text = |value: &str| Some(value.to_owned());
    let mut changes = Vec::new();
    changes.extend(FieldChange::between("title", text(&before.title), text(&after.title)));
    changes.extend(FieldChange::between("description", text(&before.description), text(&after.description)));
    changes.extend(FieldChange::between("externalId", before.external_id.clone(), after.external_id.clone()));
    changes.extend(FieldChange::between("priority", text(priority(before)), text(priority(after))));
    if before.status_id != after.status_id {
        let (was, is) =
            (Names::status(tx, before.status_id).await?, Names::status(tx, after.status_id).await?);
        changes.push(FieldChange {
            field: "status".to_owned(),
            before: Some(was.name),
            after: Some(is.name),
        });
    } else if before.macro_status != after.macro_status {
        let (was, is) = (text(macro_status(before)), text(macro_status(after)));
        changes.extend(FieldChange::between("macroStatus", was, is));
    }
    if before.category_id != after.category_id {
        let (was, is) =
            (Names::category(tx, before.category_id).await?, Names::category(tx, after.category_id).await?);
        changes.push(FieldChange { field: "category".to_owned(), before: was, after: is });
    }
    if before.assignee_id != after.assignee_id {
        let (was, is) =
            (Names::user(tx, before.assignee_id).await?, Names::user(tx, after.assignee_id).await?);
        changes.push(FieldChange { field: "assignee".to_owned(), before: was, after: is });
    }
    Ok(changes)
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
    let changes = changes_since(tx, row.id, expected).await?;
    let message = format!("the ticket is at version {}: look at what changed and try again", row.version);
    let mut refusal = Refusal::new(RefusalCode::VersionConflict, &["expectedVersion"], message);
    refusal.detail = RefusalDetail::VersionConflict { id: row.id.0, expected, current: row.version, changes };
    Err(Error::Refused(vec![refusal]))
}

/// The changes that brought a ticket from this version to its current one, joined field by field.
async fn changes_since(tx: &Tx, id: TicketId, version: i32) -> Result<Vec<FieldChange>> {
    let mut rows = event::Entity::find()
        .filter(event::Column::AccountId.eq(tx.actor.account_id))
        .filter(event::Column::SubjectId.eq(id.0))
        .order_by_desc(event::Column::Sequence)
        .limit(100)
        .all(tx.db())
        .await?;
    rows.reverse();
    let mut joined: Vec<FieldChange> = Vec::new();
    for row in rows {
        let snapshot = TicketSnapshot::parse(&serde_json::from_str(&row.snapshot)?)?;
        if snapshot.version <= version {
            continue;
        }
        for change in serde_json::from_str::<Vec<FieldChange>>(&row.changes)? {
            match joined.iter_mut().find(|known| known.field == change.field) {
                Some(known) => known.after = change.after,
                None => joined.push(change),
            }
        }
    }
    joined.retain(|change| change.before != change.after);
    Ok(joined)
}
