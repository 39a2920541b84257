//! A ticket's history, read from the log.

use std::sync::Arc;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sportello_entity::{TicketId, event};

use crate::{Actor, Permission, Result, log::Event, store::Store};

/// Every event on the ticket that the log still keeps, oldest first.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn history(store: &Store, actor: &Actor, ticket_id: TicketId) -> Result<Vec<Arc<Event>>> {
    actor.require(Permission::ReadTickets)?;
    let epoch = store.head(actor.account_id).await?.epoch;
    let rows = event::Entity::find()
        .filter(event::Column::AccountId.eq(actor.account_id))
        .filter(event::Column::SubjectId.eq(ticket_id.0))
        .order_by_asc(event::Column::Sequence)
        .all(store.reader())
        .await?;
    rows.into_iter().map(|row| Event::of(row, epoch).map(Arc::new)).collect()
}
