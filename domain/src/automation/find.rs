//! Finding automations.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::LockType};
use sportello_entity::{AccountId, AutomationId, automation};

use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    store::{Store, Tx},
};

/// The account's automations that are not deleted.
pub(super) fn of_account(account_id: AccountId) -> Select<automation::Entity> {
    automation::Entity::find()
        .filter(automation::Column::AccountId.eq(account_id))
        .filter(automation::Column::DeletedAt.is_null())
}

/// The account's automations, by creation.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn list(store: &Store, actor: &Actor) -> Result<Vec<automation::Model>> {
    actor.require(Permission::ReadSettings)?;
    let found = of_account(actor.account_id).order_by_asc(automation::Column::Id);
    Ok(found.all(store.reader()).await?)
}

/// The automations with these ids, deleted or not, in no order: one reading for all of them. Who may read tickets,
/// contacts or messages may know which automation made or changed them.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn find_automations(
    store: &Store,
    actor: &Actor,
    ids: &[AutomationId],
) -> Result<Vec<automation::Model>> {
    let shown_in = [Permission::ReadTickets, Permission::ReadContacts, Permission::ReadMessages];
    if !shown_in.into_iter().any(|permission| actor.may(permission)) {
        actor.require(Permission::ReadSettings)?;
    }
    let found = automation::Entity::find()
        .filter(automation::Column::AccountId.eq(actor.account_id))
        .filter(automation::Column::Id.is_in(ids.iter().copied()));
    Ok(found.all(store.reader()).await?)
}

/// The automation with that id, its row locked until the transaction ends. None: a text that is no id.
///
/// # Errors
/// NOT_FOUND at `["id"]`.
pub(super) async fn locked(tx: &Tx, id: Option<AutomationId>) -> Result<automation::Model> {
    let missing = || Error::refused(RefusalCode::NotFound, &["id"], "there is no such automation");
    let found = of_account(tx.actor.account_id)
        .filter(automation::Column::Id.eq(id.ok_or_else(missing)?))
        .lock(LockType::NoKeyUpdate);
    found.one(tx.db()).await?.ok_or_else(missing)
}
