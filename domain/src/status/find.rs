//! Statuses inside a transaction, locked as far as races need it.
//!
//! The order of locks is the same everywhere, so that nobody waits in a circle: statuses, categories, tickets, and the
//! log's head last.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::LockType};
use sportello_entity::{AccountId, StatusId, ticket_status};

use crate::{Error, RefusalCode, Result, store::Tx};

/// A status, deleted or not, which stays as it is until the transaction ends.
pub(crate) async fn shared(tx: &Tx, id: StatusId) -> Result<Option<ticket_status::Model>> {
    let rows = of_account(tx.actor.account_id).filter(ticket_status::Column::Id.eq(id));
    Ok(rows.lock_shared().one(tx.db()).await?)
}

/// All statuses that are not deleted, by position, locked: commands on statuses come one after the other, and no ticket
/// enters a status meanwhile.
pub(super) async fn all_locked(tx: &Tx) -> Result<Vec<ticket_status::Model>> {
    let rows = of_account(tx.actor.account_id).order_by_asc(ticket_status::Column::Id);
    let mut statuses = rows.clone().lock(LockType::NoKeyUpdate).all(tx.db()).await?;
    if tx.store().backend() == sea_orm::DbBackend::Postgres {
        // Whoever had the locks before may have made another status, which the first look did not see.
        statuses = rows.lock(LockType::NoKeyUpdate).all(tx.db()).await?;
    }
    statuses.retain(|status| status.deleted_at.is_none());
    statuses.sort_by_key(|status| (status.position, status.id));
    Ok(statuses)
}

/// The one with that id.
///
/// # Errors
/// NOT_FOUND at `path`.
pub(super) fn among<'a>(
    statuses: &'a [ticket_status::Model],
    id: Option<StatusId>,
    path: &str,
) -> Result<&'a ticket_status::Model> {
    let found = statuses.iter().find(|status| Some(status.id) == id);
    found.ok_or_else(|| Error::refused(RefusalCode::NotFound, &[path], "there is no such status"))
}

fn of_account(account_id: AccountId) -> Select<ticket_status::Entity> {
    ticket_status::Entity::find().filter(ticket_status::Column::AccountId.eq(account_id))
}
