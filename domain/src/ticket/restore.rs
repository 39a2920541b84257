//! Restoring a deleted ticket.

use sea_orm::{ActiveModelTrait, IntoActiveModel};
use sportello_entity::value::EventType;

use crate::{
    Actor, Permission, Result,
    store::Store,
    ticket::{TicketKey, TicketOutcome, change, find},
};

/// Brings a deleted ticket back as it was: TICKET_RESTORED.
///
/// # Errors
/// FORBIDDEN; NOT_FOUND for one that is not deleted, or that is gone for good.
pub async fn restore(store: &Store, actor: &Actor, by: TicketKey) -> Result<TicketOutcome> {
    actor.require(Permission::WorkTickets)?;
    let mut tx = store.begin(actor).await?;
    let mut after = find::get_for_update(&tx, &by, true).await?;
    after.deleted_at = None;
    after.updated_at = tx.now();
    after.version += 1;
    let row = after.into_active_model().reset_all().update(tx.db()).await?;
    change::record(&mut tx, EventType::TicketRestored, None, &row, Vec::new(), None).await?;
    TicketOutcome::commit(tx, row).await
}
