//! Which statuses an account has.

use sportello_entity::{StatusId, ticket_status};

use crate::{Actor, Permission, Result, store::Store};

/// The account's statuses by position. Deleted ones are gone.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn list(store: &Store, actor: &Actor) -> Result<Vec<ticket_status::Model>> {
    actor.require(Permission::ReadTickets)?;
    let directory = store.directory(actor.account_id).await?;
    Ok(directory.statuses.iter().filter(|status| status.deleted_at.is_none()).cloned().collect())
}

/// The status of that id, unless it is missing or deleted.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn find(store: &Store, actor: &Actor, id: StatusId) -> Result<Option<ticket_status::Model>> {
    actor.require(Permission::ReadTickets)?;
    let directory = store.directory(actor.account_id).await?;
    Ok(directory.status(id).filter(|status| status.deleted_at.is_none()).cloned())
}
