//! Which views there are, and for whom.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::LockType,
};
use sportello_entity::{AccountId, TicketViewId, ticket_view};

use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    store::{Store, Tx},
};

/// One's own views and the shared ones, by creation. A key has none of its own.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn list(store: &Store, actor: &Actor) -> Result<Vec<ticket_view::Model>> {
    actor.require(Permission::ReadTickets)?;
    Ok(visible(actor).order_by_asc(ticket_view::Column::Id).all(store.reader()).await?)
}

/// The view of that id, if the actor sees it.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn find(store: &Store, actor: &Actor, id: TicketViewId) -> Result<Option<ticket_view::Model>> {
    actor.require(Permission::ReadTickets)?;
    Ok(visible(actor).filter(ticket_view::Column::Id.eq(id)).one(store.reader()).await?)
}

pub(super) fn of_account(account_id: AccountId) -> Select<ticket_view::Entity> {
    ticket_view::Entity::find().filter(ticket_view::Column::AccountId.eq(account_id))
}

fn visible(actor: &Actor) -> Select<ticket_view::Entity> {
    let shared = Condition::any().add(ticket_view::Column::IsShared.eq(true));
    let own = actor.user_id().map(|id| ticket_view::Column::OwnerId.eq(id));
    of_account(actor.account_id).filter(own.into_iter().fold(shared, Condition::add))
}

/// The view, its row locked until the transaction ends, for one who may change it.
///
/// # Errors
/// NOT_FOUND at `["id"]` also for others' private views; FORBIDDEN where it takes a higher role.
pub(super) async fn locked(tx: &Tx, id: Option<TicketViewId>) -> Result<ticket_view::Model> {
    let missing = || Error::refused(RefusalCode::NotFound, &["id"], "there is no such view");
    let found = visible(&tx.actor).filter(ticket_view::Column::Id.eq(id.ok_or_else(missing)?));
    let view = found.lock(LockType::NoKeyUpdate).one(tx.db()).await?.ok_or_else(missing)?;
    if Some(view.owner_id) != tx.actor.user_id() {
        tx.actor.require(Permission::ManageViews)?;
    } else if view.is_shared {
        tx.actor.require(Permission::ShareViews)?;
    }
    Ok(view)
}
