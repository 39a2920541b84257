//! Restoring a deleted ticket.

use sportello_entity::{Timestamp, value::EventType};

use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    store::Store,
    ticket::{TicketKey, TicketOutcome, change, find},
};

/// Brings a deleted ticket back as it was: TICKET_RESTORED. Only those deleted at `since` or later can be.
///
/// # Errors
/// FORBIDDEN; NOT_FOUND for one that is not deleted, or that was deleted too long ago.
pub async fn restore(store: &Store, actor: &Actor, by: TicketKey, since: Timestamp) -> Result<TicketOutcome> {
    actor.require(Permission::WorkTickets)?;
    let mut tx = find::begin(store, actor, &by).await?;
    let before = find::get_for_update(&mut tx, &by, true).await?;
    if before.deleted_at < Some(since) {
        let message = "this ticket was deleted too long ago to be restored";
        return Err(Error::refused(RefusalCode::NotFound, &["by", by.field()], message));
    }
    let mut after = before.clone();
    after.deleted_at = None;
    after.updated_at = tx.now();
    after.version += 1;
    tx.write_difference_last(&before, &after)?;
    change::record(&mut tx, EventType::TicketRestored, None, &after, Vec::new(), None).await?;
    TicketOutcome::commit(tx, after).await
}
