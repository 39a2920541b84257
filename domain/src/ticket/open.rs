//! Opening a ticket.

use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};
use serde_json::json;
use sportello_entity::{
    CategoryId, ContactId, StatusId, TicketId, UserId, ticket, ticket_status,
    value::{EventType, MacroStatus, Priority, TicketSource},
};

use crate::{
    Actor, Change, Error, Permission, Refusal, RefusalCode, RefusalDetail, Result, Who, contact, search,
    store::{Store, Tx},
    text::{self, folded},
    ticket::{TicketOutcome, assignment, change, find::reference_key, reference},
};

/// What a ticket is opened with: the contract's `TicketOpenInput`.
#[derive(Clone, Debug, Default, serde::Serialize)]
#[expect(missing_docs, reason = "the fields are the contract's")]
pub struct OpenTicket {
    pub contact_id: Option<ContactId>,
    pub contact_phone: Option<String>,
    pub title: String,
    pub description: Option<String>,
    pub priority: Option<Priority>,
    pub status_id: Option<StatusId>,
    pub category: Option<String>,
    pub category_id: Option<CategoryId>,
    pub assignee_id: Option<UserId>,
    pub reference: Option<String>,
    pub external_id: Option<String>,
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Opens a ticket: TICKET_OPENED, after CONTACT_CREATED and CATEGORY_CREATED where these came into being with it.
///
/// # Errors
/// FORBIDDEN; refusals for each field, REFERENCE_TAKEN, TAKEN with the ticket that has the externalId.
pub async fn open(store: &Store, actor: &Actor, input: OpenTicket) -> Result<TicketOutcome> {
    actor.require(Permission::WorkTickets)?;
    let mut tx = store.begin(actor).await?;
    if let Some(ids) = tx.recall("ticketOpen", input.idempotency_key.as_deref(), &input).await? {
        return TicketOutcome::replayed(tx, &ids).await;
    }
    let row = open_in(&mut tx, input).await?;
    tx.remember(json!({ "ticket": row.id }));
    TicketOutcome::commit(tx, row).await
}

/// Opens a ticket in a transaction that does more. The rights were asked for before.
///
/// # Errors
/// Refusals as [`open`] has them.
pub(crate) async fn open_in(tx: &mut Tx, input: OpenTicket) -> Result<ticket::Model> {
    let row = build(tx, input).await?;
    let row = insert(tx, row).await?;
    change::record(tx, EventType::TicketOpened, None, &row, Vec::new(), None).await?;
    Ok(row)
}

async fn build(tx: &mut Tx, input: OpenTicket) -> Result<ticket::Model> {
    let (title, description) = texts(&input)?;
    let external_id = input.external_id.as_deref().map(|id| text::EXTERNAL_ID.check(id, &["externalId"]));
    let external_id = external_id.transpose()?;
    let typed = input.reference.as_deref().map(reference::checked).transpose()?;
    let status = match input.status_id {
        Some(id) => assignment::status(tx, id).await?,
        None => assignment::default_status(tx).await?,
    };
    let assignee_id = match input.assignee_id {
        Some(id) => Some(assignment::assignee(tx, id).await?),
        None => None,
    };
    let contact = contact::resolve(tx, input.contact_id, input.contact_phone.as_deref()).await?;
    let (by_name, by_id) = (given(input.category), given(input.category_id));
    let category_id = assignment::category(tx, by_name, by_id).await?.or(None);
    Ok(ticket::Model {
        reference: typed.unwrap_or_default(),
        external_id,
        priority: input.priority.unwrap_or(Priority::Medium),
        category_id,
        assignee_id,
        ..fresh(tx, title, description, &status, contact.id)
    })
}

/// A ticket that is opened now, with its number still to be taken.
pub(super) fn fresh(
    tx: &Tx,
    title: String,
    description: String,
    status: &ticket_status::Model,
    contact_id: ContactId,
) -> ticket::Model {
    let (opener, now) = (tx.actor.reference(), tx.now());
    ticket::Model {
        id: tx.new_id(),
        account_id: tx.actor.account_id,
        reference: String::new(),
        reference_folded: String::new(),
        external_id: None,
        external_id_folded: None,
        title_folded: folded(&title),
        title,
        description_folded: folded(&description),
        description,
        priority: Priority::Medium,
        status_id: status.id,
        macro_status: status.macro_status,
        category_id: None,
        contact_id,
        assignee_id: None,
        source: source_of(&tx.actor),
        opened_by_kind: opener.kind,
        opened_by_id: opener.id,
        opened_at: now,
        updated_at: now,
        status_changed_at: now,
        closed_at: (status.macro_status == MacroStatus::Terminated).then_some(now),
        first_response_at: None,
        deleted_at: None,
        reopen_count: 0,
        version: 1,
        note_count: 0,
    }
}

fn texts(input: &OpenTicket) -> Result<(String, String)> {
    let title = text::TITLE.check(&input.title, &["title"]);
    let description = text::DESCRIPTION.check(input.description.as_deref().unwrap_or(""), &["description"]);
    match (title, description) {
        (Ok(title), Ok(description)) => Ok((title, description)),
        (title, description) => {
            Err(Error::Refused(title.err().into_iter().chain(description.err()).collect()))
        }
    }
}

fn given<T>(value: Option<T>) -> Change<T> {
    value.map_or(Change::Keep, Change::Set)
}

fn source_of(actor: &Actor) -> TicketSource {
    match actor.who {
        Who::User { .. } | Who::Contact(_) | Who::System => TicketSource::Operator,
        Who::ApiKey { .. } => TicketSource::Api,
        Who::Automation(_) => TicketSource::Automation,
    }
}

/// Writes the row. The number is taken here, as late as can be: opening tickets of one account waits for it. What
/// keeps the row out is looked for only when something does.
pub(super) async fn insert(tx: &mut Tx, mut row: ticket::Model) -> Result<ticket::Model> {
    let is_typed = !row.reference.is_empty();
    row.external_id_folded = row.external_id.as_deref().map(folded);
    loop {
        if !is_typed {
            row.reference = reference::next(tx).await?;
        }
        row.reference_folded = reference_key(&row.reference);
        if try_insert(tx, &row).await? {
            search::index_ticket(tx, &row);
            return Ok(row);
        }
        if let Some(external_id) = &row.external_id {
            check_external_id(tx, external_id, None, true).await?;
        }
        if is_typed {
            let message = "another ticket of the account has this reference; references ignore case and are never given twice";
            return Err(Error::refused(RefusalCode::ReferenceTaken, &["reference"], message));
        }
    }
}

/// False when another ticket has the reference or the external id; waits for others who are writing theirs.
async fn try_insert(tx: &Tx, row: &ticket::Model) -> Result<bool> {
    let nothing = OnConflict::new().do_nothing().to_owned();
    let row = row.clone().into_active_model();
    match ticket::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx.db()).await {
        Ok(count) => Ok(count == 1),
        Err(DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Refuses an external id that another ticket of the account has.
pub(super) async fn check_external_id(tx: &Tx, text: &str, own: Option<TicketId>, shows: bool) -> Result<()> {
    let found = ticket::Entity::find()
        .filter(ticket::Column::AccountId.eq(tx.actor.account_id))
        .filter(ticket::Column::ExternalId.eq(text));
    let Some(other) = found.one(tx.db()).await?.filter(|other| Some(other.id) != own) else { return Ok(()) };
    let message = "another ticket of the account has this externalId";
    let mut refusal = Refusal::new(RefusalCode::Taken, &["externalId"], message);
    if shows && other.deleted_at.is_none() {
        refusal.detail = RefusalDetail::Existing(other.id.0);
    }
    Err(Error::Refused(vec![refusal]))
}
