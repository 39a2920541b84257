//! Reading notes, oldest first.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use sportello_entity::{NoteId, TicketId, ticket, ticket_note};

use crate::{Actor, Permission, Result, store::Store};

/// The notes of these ids, in no order: one reading for all of them. Left out are those that are gone and those on
/// deleted tickets.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn find_notes(store: &Store, actor: &Actor, ids: &[NoteId]) -> Result<Vec<ticket_note::Model>> {
    actor.require(Permission::ReadTickets)?;
    let live = ticket::Entity::find().select_only().column(ticket::Column::Id);
    let live = live.filter(ticket::Column::DeletedAt.is_null()).into_query();
    let found = ticket_note::Entity::find()
        .filter(ticket_note::Column::AccountId.eq(actor.account_id))
        .filter(ticket_note::Column::Id.is_in(ids.iter().copied()))
        .filter(ticket_note::Column::TicketId.in_subquery(live));
    Ok(found.all(store.reader()).await?)
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
