//! Deleting a view.

use sea_orm::ModelTrait;
use sportello_entity::{TicketViewId, ticket_view};

use super::find;
use crate::{Actor, Permission, Result, store::Store};

/// Deletes a view and gives it as it was. None: a text that is no view's id.
///
/// # Errors
/// FORBIDDEN; NOT_FOUND as a refusal.
pub async fn delete(store: &Store, actor: &Actor, id: Option<TicketViewId>) -> Result<ticket_view::Model> {
    actor.require(Permission::KeepViews)?;
    let mut tx = store.begin(actor).await?;
    let view = find::locked(&tx, id).await?;
    view.clone().delete(tx.db()).await?;
    tx.write_without_event();
    tx.commit().await?;
    Ok(view)
}
