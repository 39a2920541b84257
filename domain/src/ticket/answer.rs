//! The first response: the first message to a contact after a ticket was opened. It is not part of the ticket's version,
//! so it needs no event.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::LockType};
use sportello_entity::{ContactId, TicketId, ticket};

use super::TicketSnapshot;
use crate::{Error, RefusalCode, Result, store::Tx};

/// The contact's tickets that nobody has answered yet, locked in the order in which tickets are locked everywhere.
pub(crate) async fn lock_unanswered(tx: &Tx, contact_id: ContactId) -> Result<Vec<TicketId>> {
    let unanswered = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Id)
        .filter(ticket::Column::AccountId.eq(tx.actor.account_id))
        .filter(ticket::Column::ContactId.eq(contact_id))
        .filter(ticket::Column::FirstResponseAt.is_null())
        .filter(ticket::Column::DeletedAt.is_null())
        .order_by_asc(ticket::Column::Id)
        .lock(LockType::NoKeyUpdate);
    Ok(unanswered.into_tuple().all(tx.db()).await?)
}

/// Says that they were answered now.
pub(crate) async fn mark_answered(tx: &Tx, ids: Vec<TicketId>) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let answered = ticket::ActiveModel { first_response_at: Set(Some(tx.now())), ..Default::default() };
    ticket::Entity::update_many().set(answered).filter(ticket::Column::Id.is_in(ids)).exec(tx.db()).await?;
    Ok(())
}

/// The ticket that a message is written from.
///
/// # Errors
/// Refusals at `["ticketId"]`: NOT_FOUND, also for a deleted one; INVALID for another contact's.
pub(crate) async fn check_of_contact(tx: &Tx, id: TicketId, contact_id: ContactId) -> Result<TicketSnapshot> {
    let refuse = |code, message| Error::refused(code, &["ticketId"], message);
    let found = ticket::Entity::find_by_id(id)
        .filter(ticket::Column::AccountId.eq(tx.actor.account_id))
        .filter(ticket::Column::DeletedAt.is_null())
        .one(tx.db())
        .await?;
    let ticket = found.ok_or_else(|| refuse(RefusalCode::NotFound, "there is no such ticket"))?;
    if ticket.contact_id != contact_id {
        return Err(refuse(RefusalCode::Invalid, "this is a ticket of another contact"));
    }
    let key = super::Names::status_key(tx, ticket.status_id).await?;
    Ok(TicketSnapshot::of(ticket, key))
}
