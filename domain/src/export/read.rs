//! The rows of an export, page by page, each along an index that begins with the account.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{BinOper, Expr, ExprTrait},
};
use sportello_entity::{AccountId, TicketId, contact, event, ticket, ticket_note};
use uuid::Uuid;

use crate::Result;

/// How many rows are read at once; tickets come with their notes, so fewer of them.
const PAGE: u64 = 500;
const TICKETS: u64 = 100;

/// The last row that was read: what it is sorted by, and its id. None: the beginning.
pub(super) type Place<K> = Option<(K, Uuid)>;

pub(super) async fn contacts(
    db: &DatabaseTransaction,
    account_id: AccountId,
    after: Place<String>,
) -> Result<Vec<contact::Model>> {
    let mut found = contact::Entity::find().filter(contact::Column::AccountId.eq(account_id));
    if let Some((name, id)) = after {
        found = found.filter(beyond(contact::Column::NameFolded, Expr::val(name), contact::Column::Id, id));
    }
    let sorted = found.order_by_asc(contact::Column::NameFolded).order_by_asc(contact::Column::Id);
    Ok(sorted.limit(PAGE).all(db).await?)
}

/// Without the deleted ones.
pub(super) async fn tickets(
    db: &DatabaseTransaction,
    account_id: AccountId,
    after: Place<i64>,
) -> Result<Vec<ticket::Model>> {
    let mut found = ticket::Entity::find()
        .filter(ticket::Column::AccountId.eq(account_id))
        .filter(ticket::Column::DeletedAt.is_null());
    if let Some((opened_at, id)) = after {
        found = found.filter(beyond(ticket::Column::OpenedAt, Expr::val(opened_at), ticket::Column::Id, id));
    }
    let sorted = found.order_by_asc(ticket::Column::OpenedAt).order_by_asc(ticket::Column::Id);
    Ok(sorted.limit(TICKETS).all(db).await?)
}

/// The notes of these tickets, oldest first.
pub(super) async fn notes(
    db: &DatabaseTransaction,
    tickets: impl Iterator<Item = TicketId>,
) -> Result<HashMap<TicketId, Vec<ticket_note::Model>>> {
    let found = ticket_note::Entity::find()
        .filter(ticket_note::Column::TicketId.is_in(tickets))
        .order_by_asc(ticket_note::Column::CreatedAt)
        .order_by_asc(ticket_note::Column::Id);
    let mut notes = HashMap::<_, Vec<_>>::new();
    for note in found.all(db).await? {
        notes.entry(note.ticket_id).or_default().push(note);
    }
    Ok(notes)
}

pub(super) async fn events(
    db: &DatabaseTransaction,
    account_id: AccountId,
    after: i64,
) -> Result<Vec<event::Model>> {
    let found = event::Entity::find()
        .filter(event::Column::AccountId.eq(account_id))
        .filter(event::Column::Sequence.gt(after))
        .order_by_asc(event::Column::Sequence);
    Ok(found.limit(PAGE).all(db).await?)
}

/// What comes after the place, compared as a row so that the index is walked from there.
fn beyond(key: impl ColumnTrait, value: Expr, id: impl ColumnTrait, last: Uuid) -> Expr {
    let columns = [Expr::col(key.as_column_ref()), Expr::col(id.as_column_ref())];
    Expr::tuple(columns).binary(BinOper::GreaterThan, Expr::tuple([value, Expr::val(last)]))
}
