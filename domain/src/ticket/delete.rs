//! Deleting a ticket: hidden everywhere at once, kept for restoring.

use sportello_entity::value::EventType;

use crate::{
    Actor, Permission, Result,
    store::Store,
    ticket::{TicketKey, TicketOutcome, change, find},
};

/// Which ticket, and the version it is thought to have.
pub struct DeleteTicket {
    /// Which.
    pub by: TicketKey,
    /// The version that the client saw.
    pub expected_version: Option<i32>,
}

/// Deletes: TICKET_DELETED. The reference stays taken.
///
/// # Errors
/// FORBIDDEN; NOT_FOUND also for one that is deleted already; VERSION_CONFLICT.
pub async fn delete(store: &Store, actor: &Actor, input: DeleteTicket) -> Result<TicketOutcome> {
    actor.require(Permission::WorkTickets)?;
    let mut tx = find::begin(store, actor, &input.by).await?;
    let before = find::get_for_update(&mut tx, &input.by, false).await?;
    change::compare_versions(&tx, &before, input.expected_version).await?;
    let mut after = before.clone();
    after.deleted_at = Some(tx.now());
    after.updated_at = tx.now();
    after.version += 1;
    tx.write_difference_last(&before, &after)?;
    change::record(&mut tx, EventType::TicketDeleted, Some(&before), &after, Vec::new(), None).await?;
    TicketOutcome::commit(tx, after).await
}
