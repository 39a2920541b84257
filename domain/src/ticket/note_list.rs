//! Reading notes, oldest first.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sportello_entity::{NoteId, TicketId, ticket, ticket_note};

use crate::{Actor, Permission, Result, store::Store};

/// The note of that id, unless there is none or its ticket is deleted.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn find_note(store: &Store, actor: &Actor, id: NoteId) -> Result<Option<ticket_note::Model>> {
    actor.require(Permission::ReadTickets)?;
    let found =
        ticket_note::Entity::find_by_id(id).filter(ticket_note::Column::AccountId.eq(actor.account_id));
    let Some(note) = found.one(store.reader()).await? else { return Ok(None) };
    let ticket = ticket::Entity::find_by_id(note.ticket_id).one(store.reader()).await?;
    Ok(ticket.filter(|ticket| ticket.deleted_at.is_none()).map(|_| note))
}

/// All notes of a ticket, oldest first.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn notes(store: &Store, actor: &Actor, ticket_id: TicketId) -> Result<Vec<ticket_note::Model>> {
    use sea_orm::QueryOrder;
    actor.require(Permission::ReadTickets)?;
    let found = ticket_note::Entity::find()
        .filter(ticket_note::Column::AccountId.eq(actor.account_id))
        .filter(ticket_note::Column::TicketId.eq(ticket_id))
        .order_by_asc(ticket_note::Column::CreatedAt)
        .order_by_asc(ticket_note::Column::Id);
    Ok(found.all(store.reader()).await?)
}
