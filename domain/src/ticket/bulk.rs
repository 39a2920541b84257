//! Changing many tickets alike: one transaction each, so that one refusal stops nothing else.

use sportello_entity::{CategoryId, StatusId, TicketId, UserId, value::Priority};

use crate::{
    Actor, Change, Error, Permission, Refusal, RefusalCode, Result,
    digest::digest,
    store::Store,
    ticket::{TicketKey, TicketOutcome, UpdateTicket, update},
};

const MOST: usize = 100;

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

/// What came of one of the tickets.
pub type BulkResult = std::result::Result<TicketOutcome, Vec<Refusal>>;

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
        hold_key(store, actor, key, &input).await?;
    }
    let mut results = Vec::with_capacity(input.ids.len());
    for (index, id) in input.ids.iter().enumerate() {
        results.push(match update(store, actor, one(&input, index, *id)).await {
            Ok(outcome) => Ok(outcome),
            Err(Error::Refused(refusals)) => Err(refusals),
            Err(error) => return Err(error),
        });
    }
    let done: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
    let replayed = !done.is_empty() && done.iter().all(|outcome| outcome.replayed);
    Ok((results, replayed))
}

/// Refuses the key at once when it came with another input.
async fn hold_key(store: &Store, actor: &Actor, key: &str, input: &BulkUpdate) -> Result<()> {
    let mut tx = store.begin(actor).await?;
    if tx.recall("ticketsUpdate", Some(key), input).await?.is_none() {
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
        idempotency_key: key.map(|key| derived_key(key, index)),
    }
}

/// The key of one ticket's change, derived so that it fits in a key's length.
fn derived_key(key: &str, index: usize) -> String {
    digest(&format!("ticketsUpdate\n{index}\n{key}"))
}
