//! Notes: adding, editing and deleting them. Each is a change of its ticket, with an event and a version.

use std::sync::Arc;

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter};
use serde_json::json;
use sportello_entity::{NoteId, TicketId, Timestamp, ticket_note, value::EventType};

use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    log::Event,
    search,
    store::{Store, Tx},
    text::{self, folded},
    ticket::{TicketKey, TicketSnapshot, Written, apply, change::Names, find},
};

/// How many rows one statement takes: nine values a row, below SQLite's limit of 32,766.
const INSERTED_AT_ONCE: usize = 1_000;

/// What a command on a note came to.
pub struct NoteOutcome {
    /// The note as it is now; None once deleted.
    pub note: Option<ticket_note::Model>,
    /// Its ticket right after.
    pub ticket: TicketSnapshot,
    /// What happened; None when nothing did.
    pub event: Option<Arc<Event>>,
    /// Whether an earlier request with the same key did it.
    pub replayed: bool,
}

/// Adds a note: NOTE_ADDED.
///
/// # Errors
/// FORBIDDEN; NOT_FOUND for the ticket; refusals for the body.
pub async fn add(
    store: &Store,
    actor: &Actor,
    by: TicketKey,
    body: String,
    idempotency_key: Option<String>,
) -> Result<NoteOutcome> {
    actor.require(Permission::WorkTickets)?;
    let mut tx = find::begin(store, actor, &by).await?;
    let recalled = tx.recall("ticketNoteAdd", idempotency_key.as_deref(), &(&by, &body)).await?;
    if let Some(ids) = recalled {
        let ticket_id: TicketId = serde_json::from_value(ids["ticket"].clone())?;
        let note_id: NoteId = serde_json::from_value(ids["note"].clone())?;
        let note = ticket_note::Entity::find_by_id(note_id).one(tx.db()).await?;
        drop(tx);
        let ticket = find::get_visible(store, actor, ticket_id).await?;
        return Ok(NoteOutcome { note, ticket, event: None, replayed: true });
    }
    let (note, ticket) = add_row(&mut tx, &by, &body, Written::Last).await?;
    tx.remember(json!({ "ticket": ticket.id, "note": note.id }));
    finish(tx, Some(note), ticket).await
}

/// Adds a note in a transaction that does more. The rights were asked for before.
///
/// # Errors
/// Refusals as [`add`] has them.
pub(crate) async fn add_in(
    tx: &mut Tx,
    by: &TicketKey,
    body: &str,
) -> Result<(ticket_note::Model, sportello_entity::ticket::Model)> {
    add_row(tx, by, body, Written::Now).await
}

async fn add_row(
    tx: &mut Tx,
    by: &TicketKey,
    body: &str,
    written: Written,
) -> Result<(ticket_note::Model, sportello_entity::ticket::Model)> {
    let before = find::get_for_update(tx, by, false).await?;
    let note = insert(tx, before.id, checked(body)?).await?;
    let mut after = before.clone();
    after.note_count += 1;
    let noted = Some((note.id, EventType::NoteAdded));
    let ticket = apply(tx, &mut Names::default(), before, after, noted, written).await?;
    Ok((note, ticket))
}

/// Edits a note: NOTE_EDITED, unless the text stays the same.
///
/// # Errors
/// FORBIDDEN; NOT_FOUND; refusals for the body.
pub async fn edit(store: &Store, actor: &Actor, id: Option<NoteId>, body: &str) -> Result<NoteOutcome> {
    actor.require(Permission::WorkTickets)?;
    let mut tx = store.begin(actor).await?;
    let (note, before) = note_and_ticket(&mut tx, id).await?;
    let body = checked(body)?;
    if body == note.body {
        return finish(tx, Some(note), before).await;
    }
    let mut edited = note;
    edited.body_folded = folded(&body);
    edited.body = body;
    edited.edited_at = Some(tx.now());
    let edited = edited.into_active_model().reset_all().update(tx.db()).await?;
    search::index_notes(&mut tx, std::slice::from_ref(&edited));
    let after = before.clone();
    let noted = Some((edited.id, EventType::NoteEdited));
    let ticket = apply(&mut tx, &mut Names::default(), before, after, noted, Written::Last).await?;
    finish(tx, Some(edited), ticket).await
}

/// Deletes a note: NOTE_DELETED.
///
/// # Errors
/// FORBIDDEN; NOT_FOUND.
pub async fn remove(store: &Store, actor: &Actor, id: Option<NoteId>) -> Result<NoteOutcome> {
    actor.require(Permission::WorkTickets)?;
    let mut tx = store.begin(actor).await?;
    let (note, before) = note_and_ticket(&mut tx, id).await?;
    let note_id = note.id;
    note.delete(tx.db()).await?;
    search::forget_note(&mut tx, note_id);
    let mut after = before.clone();
    after.note_count -= 1;
    let noted = Some((note_id, EventType::NoteDeleted));
    let ticket = apply(&mut tx, &mut Names::default(), before, after, noted, Written::Last).await?;
    finish(tx, None, ticket).await
}

fn checked(body: &str) -> Result<String> {
    text::NOTE.check(body, &["body"]).map_err(|refusal| Error::Refused(vec![refusal]))
}

/// Writes a note's row; the ticket's change tells of it.
pub(super) async fn insert(tx: &mut Tx, ticket_id: TicketId, body: String) -> Result<ticket_note::Model> {
    let note = row(tx, ticket_id, body, tx.now()).into_active_model().insert(tx.db()).await?;
    search::index_notes(tx, std::slice::from_ref(&note));
    Ok(note)
}

/// Writes the notes that a ticket comes with, in their order; the ticket's opening tells of them.
pub(super) async fn insert_all(
    tx: &mut Tx,
    ticket_id: TicketId,
    notes: Vec<(String, Timestamp)>,
) -> Result<()> {
    let rows: Vec<_> = notes.into_iter().map(|(body, at)| row(tx, ticket_id, body, at)).collect();
    for chunk in rows.chunks(INSERTED_AT_ONCE) {
        let inserted = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        ticket_note::Entity::insert_many(inserted).exec_without_returning(tx.db()).await?;
        search::index_notes(tx, chunk);
    }
    Ok(())
}

fn row(tx: &Tx, ticket_id: TicketId, body: String, created_at: Timestamp) -> ticket_note::Model {
    let author = tx.actor.reference();
    ticket_note::Model {
        id: tx.new_id(),
        account_id: tx.actor.account_id,
        ticket_id,
        author_kind: author.kind,
        author_id: author.id,
        body_folded: folded(&body),
        body,
        created_at,
        edited_at: None,
    }
}

async fn note_and_ticket(
    tx: &mut Tx,
    id: Option<NoteId>,
) -> Result<(ticket_note::Model, sportello_entity::ticket::Model)> {
    let missing = || Error::refused(RefusalCode::NotFound, &["id"], "there is no such note");
    let account_id = tx.actor.account_id;
    let by_id =
        |id| ticket_note::Entity::find_by_id(id).filter(ticket_note::Column::AccountId.eq(account_id));
    let id = id.ok_or_else(missing)?;
    let note = by_id(id).one(tx.db()).await?.ok_or_else(missing)?;
    let ticket =
        find::get_for_update(tx, &TicketKey::Id(note.ticket_id), false).await.map_err(|_| missing())?;
    // Read again: it may have been changed while the ticket's lock was waited for.
    let note = by_id(id).one(tx.db()).await?.ok_or_else(missing)?;
    Ok((note, ticket))
}

async fn finish(
    tx: Tx,
    note: Option<ticket_note::Model>,
    ticket: sportello_entity::ticket::Model,
) -> Result<NoteOutcome> {
    let key = Names::status_key(&tx, ticket.status_id).await?;
    let events = tx.commit().await?;
    Ok(NoteOutcome {
        note,
        ticket: TicketSnapshot::of(ticket, key),
        event: events.into_iter().next(),
        replayed: false,
    })
}
