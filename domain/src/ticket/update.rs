//! Changing a ticket.

use std::sync::Arc;

use sea_orm::EntityTrait;
use serde_json::{Value as Json, json};
use sportello_entity::{
    CategoryId, StatusId, TicketId, UserId, ticket, ticket_status,
    value::{EventType, Priority},
};

use crate::{
    Actor, Change, Error, Permission, Refusal, Result,
    log::Event,
    store::{Store, Tx},
    text,
    ticket::{
        TicketKey, TicketSnapshot, Written, apply, assignment,
        change::{self, Names},
        find, note, open,
    },
};

/// A change of a ticket: the contract's `TicketUpdateInput`.
#[derive(Clone, Debug, serde::Serialize)]
#[expect(missing_docs, reason = "the fields are the contract's")]
pub struct UpdateTicket {
    pub by: TicketKey,
    pub expected_version: Option<i32>,
    pub title: Change<String>,
    pub description: Change<String>,
    pub priority: Change<Priority>,
    pub status_id: Change<StatusId>,
    pub category: Change<String>,
    pub category_id: Change<CategoryId>,
    pub assignee_id: Change<UserId>,
    pub external_id: Change<String>,
    pub note: Change<String>,
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

impl UpdateTicket {
    /// An update that changes nothing.
    pub fn nothing(by: TicketKey) -> Self {
        Self {
            by,
            expected_version: None,
            title: Change::Keep,
            description: Change::Keep,
            priority: Change::Keep,
            status_id: Change::Keep,
            category: Change::Keep,
            category_id: Change::Keep,
            assignee_id: Change::Keep,
            external_id: Change::Keep,
            note: Change::Keep,
            idempotency_key: None,
        }
    }
}

/// What a command on a ticket came to.
pub struct TicketOutcome {
    /// The ticket right after.
    pub ticket: TicketSnapshot,
    /// What happened to it; None when nothing did.
    pub event: Option<Arc<Event>>,
    /// Whether an earlier request with the same key did it.
    pub replayed: bool,
}

impl TicketOutcome {
    /// Commits and tells what came of it.
    pub(super) async fn commit(tx: Tx, row: ticket::Model) -> Result<Self> {
        let key = Names::status_key(&tx, row.status_id).await?;
        let events = tx.commit().await?;
        let event = events.into_iter().find(|event| event.subject_id == row.id.0);
        Ok(Self { ticket: TicketSnapshot::of(row, key), event, replayed: false })
    }

    /// Answers a repetition with the ticket as it is now.
    pub(super) async fn replayed(tx: Tx, ids: &Json) -> Result<Self> {
        let id: TicketId = serde_json::from_value(ids["ticket"].clone())?;
        let row = ticket::Entity::find_by_id(id).one(tx.db()).await?;
        let row =
            row.ok_or_else(|| Error::Internal(format!("the ticket {id} of an idempotency record is gone")))?;
        let key = Names::status_key(&tx, row.status_id).await?;
        Ok(Self { ticket: TicketSnapshot::of(row, key), event: None, replayed: true })
    }
}

/// Changes a ticket: one event, TICKET_STATUS_CHANGED, TICKET_UPDATED or NOTE_ADDED; none when nothing changes.
///
/// # Errors
/// FORBIDDEN; refusals for each field, VERSION_CONFLICT with what changed meanwhile.
pub async fn update(store: &Store, actor: &Actor, input: UpdateTicket) -> Result<TicketOutcome> {
    actor.require(Permission::WorkTickets)?;
    let mut tx = find::begin(store, actor, &input.by).await?;
    if let Some(ids) = tx.recall("ticketUpdate", input.idempotency_key.as_deref(), &input).await? {
        return TicketOutcome::replayed(tx, &ids).await;
    }
    let row = update_row(&mut tx, input, Written::Last).await?;
    tx.remember(json!({ "ticket": row.id }));
    TicketOutcome::commit(tx, row).await
}

/// Changes a ticket in a transaction that does more. The rights were asked for before.
///
/// # Errors
/// Refusals as [`update`] has them.
pub(crate) async fn update_in(tx: &mut Tx, input: UpdateTicket) -> Result<ticket::Model> {
    update_row(tx, input, Written::Now).await
}

async fn update_row(tx: &mut Tx, input: UpdateTicket, written: Written) -> Result<ticket::Model> {
    // What the ticket will point at is locked before the ticket: whoever deletes a status or merges a category locks
    // in the same order, so that two never wait for each other.
    let targets = Targets::lock(tx, &input).await?;
    let before = find::get_for_update(tx, &input.by, false).await?;
    change::compare_versions(tx, &before, input.expected_version).await?;
    apply_input(tx, before, input, targets, written).await
}

/// What an update points the ticket at, locked.
struct Targets {
    status: Option<ticket_status::Model>,
    category_id: Change<CategoryId>,
    assignee_id: Change<UserId>,
}

impl Targets {
    async fn lock(tx: &mut Tx, input: &UpdateTicket) -> Result<Self> {
        let status = match input.status_id {
            Change::Keep => None,
            Change::Clear => return Err(Refusal::null("statusId").into()),
            Change::Set(id) => Some(assignment::status(tx, id).await?),
        };
        let category_id = assignment::category(tx, input.category.clone(), input.category_id.clone()).await?;
        let assignee_id = match &input.assignee_id {
            Change::Set(id) => Change::Set(assignment::assignee(tx, *id).await?),
            change => change.clone(),
        };
        Ok(Self { status, category_id, assignee_id })
    }
}

/// Checks each field, then changes the row and records the event.
async fn apply_input(
    tx: &mut Tx,
    before: ticket::Model,
    input: UpdateTicket,
    targets: Targets,
    written: Written,
) -> Result<ticket::Model> {
    let mut after = before.clone();
    set_texts(&mut after, &input)?;
    let external_id = changed_external_id(&before, &input.external_id)?;
    if let Change::Set(external_id) = &external_id {
        open::check_external_id(tx, external_id, Some(before.id), false).await?;
    }
    after.external_id = external_id.or(before.external_id.clone());
    after.priority = input.priority.required(before.priority, "priority")?;
    if let Some(status) = targets.status {
        after.status_id = status.id;
        after.macro_status = status.macro_status;
    }
    after.assignee_id = targets.assignee_id.or(before.assignee_id);
    after.category_id = targets.category_id.or(before.category_id);
    let body = match input.note {
        Change::Set(body) => Some(text::NOTE.check(&body, &["note"])?),
        _ => None,
    };
    let note = match body {
        Some(body) => Some((note::insert(tx, before.id, body).await?.id, EventType::NoteAdded)),
        None => None,
    };
    after.note_count += i32::from(note.is_some());
    apply(tx, &mut Names::default(), before, after, note, written).await
}

fn set_texts(after: &mut ticket::Model, input: &UpdateTicket) -> Result<()> {
    let mut refusals = Vec::new();
    match &input.title {
        Change::Keep => {}
        change => match text::TITLE.check(change.as_set().map_or("", String::as_str), &["title"]) {
            Ok(title) => after.title = title,
            Err(refusal) => refusals.push(refusal),
        },
    }
    match &input.description {
        Change::Keep => {}
        change => match text::DESCRIPTION.check(change.as_set().map_or("", String::as_str), &["description"])
        {
            Ok(description) => after.description = description,
            Err(refusal) => refusals.push(refusal),
        },
    }
    if refusals.is_empty() { Ok(()) } else { Err(Error::Refused(refusals)) }
}

/// The externalId that the update gives, checked; the one that the ticket has already is no change.
fn changed_external_id(before: &ticket::Model, change: &Change<String>) -> Result<Change<String>> {
    let checked = change.clone().try_map(|id| text::EXTERNAL_ID.check(&id, &["externalId"]));
    let checked = checked?;
    let is_same = checked.as_set().is_some() && checked.as_set() == before.external_id.as_ref();
    Ok(if is_same { Change::Keep } else { checked })
}
