//! Bringing tickets along from another system, with their references, times and notes: one transaction each.

use std::sync::Arc;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use serde_json::json;
use sportello_entity::{
    Timestamp, UserId, ticket, ticket_status,
    value::{EventType, MacroStatus, Priority, TicketSource},
};

use crate::{
    Actor, Change, Error, Permission, Refusal, RefusalCode, Result,
    contact::{self, ContactImport},
    directory::Directory,
    status,
    store::{Store, Tx},
    text,
    ticket::{
        BulkResult, TicketOutcome, TicketSnapshot, assignment, bulk,
        change::{self, Names},
        note, open, reference,
    },
    user::email_key,
};

const MOST: usize = 500;
const MUTATION: &str = "ticketsImport";

/// The contract's `TicketsImportInput`.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are the contract's")]
pub struct ImportTickets {
    pub tickets: Vec<ImportTicket>,
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// A ticket of another system: the contract's `TicketImportInput`, and what only the command line brings.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are the contract's")]
pub struct ImportTicket {
    pub external_id: String,
    pub reference: Option<String>,
    pub contact: ContactImport,
    pub title: String,
    pub description: Option<String>,
    pub priority: Option<Priority>,
    pub status_key: String,
    pub category: Option<String>,
    pub assignee_email: Option<String>,
    pub opened_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub notes: Vec<ImportNote>,
}

/// A note that a ticket comes with.
#[derive(Clone, Debug, Serialize)]
pub struct ImportNote {
    /// What it says.
    pub body: String,
    /// When it was written; None: when the ticket was opened, so that what is written here stands after it.
    pub written_at: Option<Timestamp>,
}

/// Brings the tickets along, in the order given; results in the same order, and whether all of it was a repetition.
///
/// Each is one TICKET_OPENED whose source is IMPORT, after CONTACT_CREATED or CONTACT_UPDATED and CATEGORY_CREATED. It
/// happens now, whenever the ticket was opened. One that is there already (same externalId) is TAKEN, shown and left
/// as it is, so that an import that was cut off can be begun again.
///
/// # Errors
/// FORBIDDEN; OUT_OF_RANGE for more than 500. What is wrong with a ticket stands in its result, its path from
/// `["tickets", "3"]` on.
pub async fn import(store: &Store, actor: &Actor, input: ImportTickets) -> Result<(Vec<BulkResult>, bool)> {
    actor.require(Permission::Import)?;
    if input.tickets.len() > MOST {
        return Err(Error::refused(RefusalCode::OutOfRange, &["tickets"], "at most 500 tickets at once"));
    }
    if let Some(key) = input.idempotency_key.as_deref() {
        bulk::hold_key(store, actor, MUTATION, key, &input).await?;
    }
    let importer = Importer { store, actor, directory: store.directory(actor.account_id).await? };
    let mut results = Vec::with_capacity(input.tickets.len());
    for (index, ticket) in input.tickets.iter().enumerate() {
        let key = input.idempotency_key.as_deref().map(|key| bulk::derived_key(MUTATION, key, index));
        results.push(importer.bring(index, ticket, key.as_deref()).await?);
    }
    let replayed = bulk::is_replay(&results);
    Ok((results, replayed))
}

struct Importer<'a> {
    store: &'a Store,
    actor: &'a Actor,
    directory: Arc<Directory>,
}

/// A ticket's own texts and times, checked.
struct Checked {
    reference: Option<String>,
    title: String,
    description: String,
    notes: Vec<(String, Timestamp)>,
}

impl Importer<'_> {
    async fn bring(&self, index: usize, input: &ImportTicket, key: Option<&str>) -> Result<BulkResult> {
        let mut done = self.bring_once(input, key).await;
        // Another import brought it meanwhile; now it is there to be shown.
        if matches!(&done, Err(Error::Refused(refusals)) if refusals.iter().any(is_taken)) {
            done = self.bring_once(input, key).await;
        }
        let mut result = match done {
            Err(Error::Refused(refusals)) => BulkResult::refused(refusals),
            done => done?,
        };
        let outer = ["tickets", &index.to_string()];
        result.refusals = result.refusals.into_iter().map(|refusal| refusal.within(&outer)).collect();
        Ok(result)
    }

    async fn bring_once(&self, input: &ImportTicket, key: Option<&str>) -> Result<BulkResult> {
        let mut tx = self.store.begin(self.actor).await?;
        if let Some(ids) = tx.recall("ticketImport", key, input).await? {
            return BulkResult::of(TicketOutcome::replayed(tx, &ids).await);
        }
        let external_id = text::EXTERNAL_ID.check(&input.external_id, &["externalId"])?;
        if let Some(known) = with_external_id(&tx, &external_id).await? {
            return taken(&tx, known).await;
        }
        let checked = Checked::of(input, tx.now()).map_err(Error::Refused)?;
        let row = self.row(&mut tx, input, &checked).await?;
        let row = open::insert(&mut tx, ticket::Model { external_id: Some(external_id), ..row }).await?;
        note::insert_all(&mut tx, row.id, checked.notes).await?;
        change::record(&mut tx, EventType::TicketOpened, None, &row, Vec::new(), None).await?;
        tx.remember(json!({ "ticket": row.id }));
        BulkResult::of(TicketOutcome::commit(tx, row).await)
    }

    async fn row(&self, tx: &mut Tx, input: &ImportTicket, checked: &Checked) -> Result<ticket::Model> {
        let status = self.status(tx, &input.status_key).await?;
        check_closing(&status, input, tx.now())?;
        let assignee_id = input.assignee_email.as_deref().map(|email| self.assignee(email)).transpose()?;
        let contact = contact::import(tx, &input.contact).await?;
        let category = input.category.clone().map_or(Change::Keep, Change::Set);
        let category_id = assignment::category(tx, category, Change::Keep).await?.or(None);
        let last_note = checked.notes.iter().map(|(_, written_at)| *written_at).max();
        let moved_at = input.closed_at.unwrap_or(input.opened_at);
        let (title, description) = (checked.title.clone(), checked.description.clone());
        Ok(ticket::Model {
            reference: checked.reference.clone().unwrap_or_default(),
            priority: input.priority.unwrap_or(Priority::Medium),
            category_id,
            assignee_id,
            source: TicketSource::Import,
            opened_at: input.opened_at,
            updated_at: last_note.map_or(moved_at, |written_at| written_at.max(moved_at)),
            status_changed_at: moved_at,
            closed_at: input.closed_at,
            note_count: i32::try_from(checked.notes.len()).unwrap_or(i32::MAX),
            ..open::fresh(tx, title, description, &status, contact.id)
        })
    }

    /// The status of that key, which stays until the transaction ends.
    async fn status(&self, tx: &Tx, key: &str) -> Result<ticket_status::Model> {
        let named = |status: &&ticket_status::Model| status.key == key.trim() && status.deleted_at.is_none();
        let row = match self.directory.statuses.iter().find(named) {
            Some(known) => status::shared(tx, known.id).await?.filter(|row| row.deleted_at.is_none()),
            None => None,
        };
        row.ok_or_else(|| {
            let message = "no status of the account has this key: ticketStatuses tells which there are";
            Error::refused(RefusalCode::NotFound, &["statusKey"], message)
        })
    }

    fn assignee(&self, email: &str) -> Result<UserId> {
        let key = email_key(email.trim());
        let user = self.directory.users.iter().find(|user| user.email_key == key && user.is_active);
        let missing = "no active user of the account has this address";
        Ok(user.ok_or_else(|| Error::refused(RefusalCode::NotFound, &["assigneeEmail"], missing))?.id)
    }
}

impl Checked {
    /// Everything that is wrong with the ticket by itself, at once.
    fn of(input: &ImportTicket, now: Timestamp) -> std::result::Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut text = |checked: std::result::Result<String, Refusal>| {
            checked.unwrap_or_else(|refusal| {
                refusals.push(refusal);
                String::new()
            })
        };
        let title = text(text::TITLE.check(&input.title, &["title"]));
        let description = input.description.as_deref().unwrap_or_default();
        let description = text(text::DESCRIPTION.check(description, &["description"]));
        let notes = input.notes.iter().enumerate().map(|(index, note)| {
            let body = text(text::NOTE.check(&note.body, &["notes", &index.to_string()]));
            (body, note.written_at.unwrap_or(input.opened_at))
        });
        let notes = notes.collect();
        let reference = input.reference.as_deref().map(|reference| text(reference::checked(reference)));
        if input.opened_at > now {
            refusals.push(Refusal::new(RefusalCode::OutOfRange, &["openedAt"], "must not lie in the future"));
        }
        if refusals.is_empty() { Ok(Self { reference, title, description, notes }) } else { Err(refusals) }
    }
}

/// A closing time goes with an end, and comes after the beginning.
fn check_closing(status: &ticket_status::Model, input: &ImportTicket, now: Timestamp) -> Result<()> {
    let refuse = |code, message: &str| Err(Error::refused(code, &["closedAt"], message));
    match (status.macro_status, input.closed_at) {
        (MacroStatus::Terminated, None) => {
            refuse(RefusalCode::Required, "a ticket whose status is TERMINATED was closed: say when")
        }
        (MacroStatus::InProgress, Some(_)) => {
            refuse(RefusalCode::Invalid, "a ticket whose status is IN_PROGRESS is not closed: leave it out")
        }
        (MacroStatus::Terminated, Some(closed_at)) if closed_at < input.opened_at => {
            refuse(RefusalCode::OutOfRange, "must not lie before openedAt")
        }
        (MacroStatus::Terminated, Some(closed_at)) if closed_at > now => {
            refuse(RefusalCode::OutOfRange, "must not lie in the future")
        }
        _ => Ok(()),
    }
}

async fn with_external_id(tx: &Tx, external_id: &str) -> Result<Option<ticket::Model>> {
    let found = ticket::Entity::find()
        .filter(ticket::Column::AccountId.eq(tx.actor.account_id))
        .filter(ticket::Column::ExternalId.eq(external_id));
    Ok(found.one(tx.db()).await?)
}

/// The ticket is there already. A deleted one is not shown, and none to a key that may import and not read.
async fn taken(tx: &Tx, known: ticket::Model) -> Result<BulkResult> {
    let message = "an earlier import brought it: it is left as it is";
    let refusals = vec![Refusal::new(RefusalCode::Taken, &["externalId"], message)];
    let is_shown = known.deleted_at.is_none() && tx.actor.may(Permission::ReadTickets);
    let ticket = if is_shown {
        let key = Names::status_key(tx, known.status_id).await?;
        Some(TicketSnapshot::of(known, key))
    } else {
        None
    };
    Ok(BulkResult { ticket, refusals, replayed: false })
}

fn is_taken(refusal: &Refusal) -> bool {
    refusal.code == RefusalCode::Taken && refusal.path == ["externalId"]
}
