//! Finding one ticket, by any of its three names.

use std::sync::LazyLock;

use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, FromQueryResult, IdenStatic, Iterable, QueryFilter, Statement, Value,
};
use sportello_entity::{TicketId, ticket};

use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    store::{Store, Tx},
    ticket::TicketSnapshot,
};

/// One of a ticket's names: the contract's `TicketBy`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum TicketKey {
    /// By id.
    Id(TicketId),
    /// By reference, ignoring case.
    Reference(String),
    /// By the integrator's own key.
    ExternalId(String),
    /// A text that cannot name a ticket: it reads as missing.
    Nothing(&'static str),
}

impl TicketKey {
    /// The name's field in `TicketBy`.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Id(_) => "id",
            Self::Reference(_) => "reference",
            Self::ExternalId(_) => "externalId",
            Self::Nothing(field) => field,
        }
    }

    /// The column that it is in, and its value there; None for what no database can be asked for: PostgreSQL refuses U+0000
    /// in a text.
    fn named(&self) -> Option<(ticket::Column, Value)> {
        let (column, text) = match self {
            Self::Id(id) => return Some((ticket::Column::Id, (*id).into())),
            Self::Reference(text) => (ticket::Column::ReferenceFolded, reference_key(text)),
            Self::ExternalId(text) => (ticket::Column::ExternalId, text.trim().to_owned()),
            Self::Nothing(_) => return None,
        };
        (!text.contains('\0')).then(|| (column, text.into()))
    }
}

/// A reference as uniqueness sees it.
pub(crate) fn reference_key(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

/// The ticket of that name, unless there is none or it is deleted.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn by_key(store: &Store, actor: &Actor, key: &TicketKey) -> Result<Option<TicketSnapshot>> {
    actor.require(Permission::ReadTickets)?;
    let Some((column, value)) = key.named() else { return Ok(None) };
    let found = ticket::Entity::find()
        .filter(ticket::Column::AccountId.eq(actor.account_id))
        .filter(ticket::Column::DeletedAt.is_null())
        .filter(column.eq(value));
    let Some(row) = found.one(store.reader()).await? else { return Ok(None) };
    with_status_key(store, row).await.map(Some)
}

/// The tickets of these ids that are there, in no order: one reading for all of them. Deleted ones are left out.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn find_tickets(store: &Store, actor: &Actor, ids: &[TicketId]) -> Result<Vec<TicketSnapshot>> {
    actor.require(Permission::ReadTickets)?;
    let found = ticket::Entity::find()
        .filter(ticket::Column::AccountId.eq(actor.account_id))
        .filter(ticket::Column::DeletedAt.is_null())
        .filter(ticket::Column::Id.is_in(ids.iter().copied()));
    let directory = store.directory(actor.account_id).await?;
    let key = |row: &ticket::Model| directory.status(row.status_id).map(|status| status.key.clone());
    let rows = found.all(store.reader()).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let key = key(&row).unwrap_or_default();
            TicketSnapshot::of(row, key)
        })
        .collect())
}

/// The ticket as it is now, whether deleted or not: for what still points at it.
///
/// # Errors
/// FORBIDDEN without the right to read tickets; NOT_FOUND when it never was.
pub async fn get_visible(store: &Store, actor: &Actor, id: TicketId) -> Result<TicketSnapshot> {
    actor.require(Permission::ReadTickets)?;
    let found = ticket::Entity::find_by_id(id).filter(ticket::Column::AccountId.eq(actor.account_id));
    let row = found
        .one(store.reader())
        .await?
        .ok_or_else(|| Error::NotFound("there is no such ticket".to_owned()))?;
    with_status_key(store, row).await
}

async fn with_status_key(store: &Store, row: ticket::Model) -> Result<TicketSnapshot> {
    let directory = store.directory(row.account_id).await?;
    let key = directory.status(row.status_id).map(|status| status.key.clone()).unwrap_or_default();
    Ok(TicketSnapshot::of(row, key))
}

/// A transaction that begins by [`get_for_update`] of this ticket.
///
/// # Errors
/// UNAVAILABLE when no connection is to be had.
pub(super) async fn begin(store: &Store, actor: &Actor, key: &TicketKey) -> Result<Tx> {
    store.begin_reading(actor, reading(store, actor, key)).await
}

/// The statement that finds the ticket's row and locks it; None for what cannot be asked for. It is written out since to
/// build its text anew takes about as long as SQLite takes to answer it.
fn reading(store: &Store, actor: &Actor, key: &TicketKey) -> Option<Statement> {
    static COLUMNS: LazyLock<String> = LazyLock::new(|| {
        ticket::Column::iter().map(|column| column.as_str().to_owned()).collect::<Vec<_>>().join(", ")
    });
    let (column, value) = key.named()?;
    let column = column.as_str();
    let lock = if store.backend() == DbBackend::Postgres { " FOR UPDATE" } else { "" };
    let columns = &*COLUMNS;
    let sql = format!("SELECT {columns} FROM ticket WHERE account_id = $1 AND {column} = $2 LIMIT 1{lock}");
    Some(Statement::from_sql_and_values(store.backend(), sql, [actor.account_id.into(), value]))
}

/// The ticket's row, locked until the transaction ends.
///
/// # Errors
/// A NOT_FOUND refusal at `by` when there is none; `is_deleted` says whether a deleted or a live one is meant.
pub async fn get_for_update(tx: &mut Tx, key: &TicketKey, is_deleted: bool) -> Result<ticket::Model> {
    let missing = || {
        let which = if is_deleted { "deleted ticket" } else { "ticket" };
        Error::refused(RefusalCode::NotFound, &["by", key.field()], format!("there is no such {which}"))
    };
    let reading = reading(tx.store(), &tx.actor, key).ok_or_else(missing)?;
    let read = tx.read_first(reading).await?;
    let row = read.row().map(|row| ticket::Model::from_query_result(row, "")).transpose()?;
    match row.filter(|row| row.deleted_at.is_some() == is_deleted) {
        Some(row) => Ok(row),
        None => {
            tx.confirm().await?;
            Err(missing())
        }
    }
}
