//! Categories inside a transaction, locked as far as races need it.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::LockType};
use sportello_entity::{AccountId, CategoryId, ticket_category};

use crate::{Error, Result, store::Tx};

/// The category, or the one that it went into; it is not merged before the transaction ends.
///
/// # Errors
/// INTERNAL when there is none: for ids that rows hold.
pub(crate) async fn meant(tx: &Tx, id: CategoryId) -> Result<ticket_category::Model> {
    let mut wanted = id;
    loop {
        let row = by_id(tx, wanted).lock_shared().one(tx.db()).await?;
        let row = row.ok_or_else(|| Error::Internal(format!("there is no category {wanted}")))?;
        match row.merged_into_id {
            Some(into) => wanted = into,
            None => return Ok(row),
        }
    }
}

/// These categories, by id, locked: they change by nobody else before the transaction ends.
pub(super) async fn locked(tx: &Tx, ids: &[CategoryId]) -> Result<Vec<ticket_category::Model>> {
    let rows = of_account(tx.actor.account_id)
        .filter(ticket_category::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(ticket_category::Column::Id);
    Ok(rows.lock(LockType::NoKeyUpdate).all(tx.db()).await?)
}

/// The category that has this name, merged or not.
pub(super) async fn with_key(tx: &Tx, name_key: &str) -> Result<Option<ticket_category::Model>> {
    let rows = of_account(tx.actor.account_id).filter(ticket_category::Column::NameKey.eq(name_key));
    Ok(rows.one(tx.db()).await?)
}

pub(super) fn by_id(tx: &Tx, id: CategoryId) -> Select<ticket_category::Entity> {
    of_account(tx.actor.account_id).filter(ticket_category::Column::Id.eq(id))
}

pub(super) fn of_account(account_id: AccountId) -> Select<ticket_category::Entity> {
    ticket_category::Entity::find().filter(ticket_category::Column::AccountId.eq(account_id))
}

/// The category that `found` means by now, without a lock.
pub(super) async fn meant_unlocked(tx: &Tx, found: ticket_category::Model) -> Result<ticket_category::Model> {
    let mut current = found;
    while let Some(into) = current.merged_into_id {
        let next = by_id(tx, into).one(tx.db()).await?;
        current = next.ok_or_else(|| Error::Internal(format!("there is no category {into}")))?;
    }
    Ok(current)
}
