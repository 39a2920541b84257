//! Finding templates.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select, sea_query::LockType};
use sportello_entity::{AccountId, TemplateId, message_template};

use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    store::{Store, Tx},
};

/// The account's templates.
pub(super) fn of_account(account_id: AccountId) -> Select<message_template::Entity> {
    message_template::Entity::find().filter(message_template::Column::AccountId.eq(account_id))
}

/// The templates with these ids, archived or not, in no order: one reading for all of them.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn find_templates(
    store: &Store,
    actor: &Actor,
    ids: &[TemplateId],
) -> Result<Vec<message_template::Model>> {
    actor.require(Permission::ReadSettings)?;
    let found = of_account(actor.account_id).filter(message_template::Column::Id.is_in(ids.iter().copied()));
    Ok(found.all(store.reader()).await?)
}

/// The template that an input names.
///
/// # Errors
/// NOT_FOUND at `path`.
pub async fn get(tx: &Tx, id: TemplateId, path: &[&str]) -> Result<message_template::Model> {
    let found = of_account(tx.actor.account_id).filter(message_template::Column::Id.eq(id));
    let missing = || Error::refused(RefusalCode::NotFound, path, "there is no such template");
    found.one(tx.db()).await?.ok_or_else(missing)
}

/// The template with that id, its row locked until the transaction ends. None: a text that is no id.
///
/// # Errors
/// NOT_FOUND at `["id"]`.
pub(super) async fn locked(tx: &Tx, id: Option<TemplateId>) -> Result<message_template::Model> {
    let missing = || Error::refused(RefusalCode::NotFound, &["id"], "there is no such template");
    let found = of_account(tx.actor.account_id)
        .filter(message_template::Column::Id.eq(id.ok_or_else(missing)?))
        .lock(LockType::NoKeyUpdate);
    found.one(tx.db()).await?.ok_or_else(missing)
}
