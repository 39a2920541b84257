//! Changing many tickets alike: one transaction each, so that one refusal stops nothing else.

use sportello_entity::{CategoryId, StatusId, TicketId, UserId, value::Priority};

use crate::{
    Actor, Change, Error, Permission, Refusal, RefusalCode, Result,
    digest::digest,
    store::Store,
    ticket::{TicketKey, TicketOutcome, TicketSnapshot, UpdateTicket, update},
};

const MOST: usize = 100;
const MUTATION: &str = "ticketsUpdate";

/// The contract's `TicketsUpdateInput`.
#[derive(Clone, Debug, serde::Serialize)]
#[expect(missing_docs, reason = "the fields are the contract's")]
pub struct BulkUpdate {
    /// None: a text that is no ticket's id.
    pub ids: Vec<Option<TicketId>>,
    pub priority: Change<Priority>,
    pub status_id: Change<StatusId>,
    pub category: Change<String>,
    pub category_id: Change<CategoryId>,
    pub assignee_id: Change<UserId>,
    pub note: Change<String>,
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What came of one of many tickets.
#[derive(Clone, Debug)]
pub struct BulkResult {
    /// The ticket right after; where another one is in the way, that one.
    pub ticket: Option<TicketSnapshot>,
    /// Why it was refused; empty when it was done.
    pub refusals: Vec<Refusal>,
    /// Whether an earlier request with the same key did it.
    pub replayed: bool,
}

impl BulkResult {
    /// Parts what became of this ticket from what ends the whole.
    pub(super) fn of(done: Result<TicketOutcome>) -> Result<Self> {
        match done {
            Ok(TicketOutcome { ticket, event: _, replayed }) => {
                Ok(Self { ticket: Some(ticket), refusals: Vec::new(), replayed })
            }
            Err(Error::Refused(refusals)) => Ok(Self::refused(refusals)),
            Err(error) => Err(error),
        }
    }

    pub(super) fn refused(refusals: Vec<Refusal>) -> Self {
        Self { ticket: None, refusals, replayed: false }
    }
}

/// Whether all that was done had been done before, under the same idempotency key.
pub(super) fn is_replay(results: &[BulkResult]) -> bool {
    let mut done = results.iter().filter(|result| result.refusals.is_empty()).peekable();
    done.peek().is_some() && done.all(|result| result.replayed)
}

/// Changes each ticket, in the order given; results in the same order, and whether all of it was a repetition.
///
/// The idempotency key covers each ticket's change: a repetition after a crash in between does only what is missing.
///
/// # Errors
/// FORBIDDEN; OUT_OF_RANGE for more than 100.
pub async fn update_many(store: &Store, actor: &Actor, input: BulkUpdate) -> Result<(Vec<BulkResult>, bool)> {
    actor.require(Permission::WorkTickets)?;
    if input.ids.len() > MOST {
        return Err(Error::refused(RefusalCode::OutOfRange, &["ids"], "at most 100 tickets at once"));
    }
    if let Some(key) = input.idempotency_key.as_deref() {
        hold_key(store, actor, MUTATION, key, &input).await?;
    }
    let mut results = Vec::with_capacity(input.ids.len());
    for (index, id) in input.ids.iter().enumerate() {
        results.push(BulkResult::of(update(store, actor, one(&input, index, *id)).await)?);
    }
    let replayed = is_replay(&results);
    Ok((results, replayed))
}

/// Refuses the key at once when it came with another input.
pub(super) async fn hold_key(
    store: &Store,
    actor: &Actor,
    mutation: &'static str,
    key: &str,
    input: &impl serde::Serialize,
) -> Result<()> {
    let mut tx = store.begin(actor).await?;
    if tx.recall(mutation, Some(key), input).await?.is_none() {
        tx.remember(serde_json::Value::Null);
        tx.commit().await?;
    }
    Ok(())
}

fn one(input: &BulkUpdate, index: usize, id: Option<TicketId>) -> UpdateTicket {
    let key = input.idempotency_key.as_deref();
    UpdateTicket {
        by: id.map_or(TicketKey::Nothing("id"), TicketKey::Id),
        expected_version: None,
        title: Change::Keep,
        description: Change::Keep,
        priority: input.priority.clone(),
        status_id: input.status_id.clone(),
        category: input.category.clone(),
        category_id: input.category_id.clone(),
        assignee_id: input.assignee_id.clone(),
        external_id: Change::Keep,
        note: input.note.clone(),
        idempotency_key: key.map(|key| derived_key(MUTATION, key, index)),
    }
}

/// The key of one ticket of many, derived so that it fits in a key's length.
pub(super) fn derived_key(mutation: &str, key: &str, index: usize) -> String {
    digest(&format!("{mutation}\n{index}\n{key}"))
}
