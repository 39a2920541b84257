//! What an input may point a ticket at: a status, a category, an assignee. Each is locked against being removed
//! meanwhile, and refused with the field's name.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use sportello_entity::{CategoryId, StatusId, UserId, app_user, ticket_category, ticket_status};

use crate::{Change, Error, RefusalCode, Result, category, status, store::Tx};

/// A status that takes tickets: shared lock, so that it is not deleted before this transaction ends.
pub(super) async fn status(tx: &Tx, id: StatusId) -> Result<ticket_status::Model> {
    let row = status::shared(tx, id).await?.filter(|status| status.deleted_at.is_none());
    row.ok_or_else(|| Error::refused(RefusalCode::NotFound, &["statusId"], "there is no such status"))
}

/// The status that a new ticket gets when none is named.
pub(super) async fn default_status(tx: &Tx) -> Result<ticket_status::Model> {
    let found = ticket_status::Entity::find()
        .filter(ticket_status::Column::AccountId.eq(tx.actor.account_id))
        .filter(ticket_status::Column::IsDefault.eq(true))
        .filter(ticket_status::Column::DeletedAt.is_null())
        .lock_shared();
    let row = found.one(tx.db()).await?;
    row.ok_or_else(|| Error::Internal("the account has no default status".to_owned()))
}

/// The category that an input names, by name or by id: both is INVALID.
pub(super) async fn category(
    tx: &mut Tx,
    by_name: Change<String>,
    by_id: Change<CategoryId>,
) -> Result<Change<CategoryId>> {
    match (by_name, by_id) {
        (by_name, Change::Keep) => match by_name {
            Change::Set(name) => Ok(Change::Set(category::resolve(tx, &name, &["category"]).await?.id)),
            Change::Clear => Ok(Change::Clear),
            Change::Keep => Ok(Change::Keep),
        },
        (Change::Keep, Change::Clear) => Ok(Change::Clear),
        (Change::Keep, Change::Set(id)) => category_by_id(tx, id).await.map(Change::Set),
        _ => {
            let message = "give the category by name or by id, not both";
            Err(Error::refused(RefusalCode::Invalid, &["categoryId"], message))
        }
    }
}

async fn category_by_id(tx: &Tx, id: CategoryId) -> Result<CategoryId> {
    let found = ticket_category::Entity::find_by_id(id)
        .filter(ticket_category::Column::AccountId.eq(tx.actor.account_id))
        .filter(ticket_category::Column::MergedIntoId.is_null())
        .lock_shared();
    let row = found.one(tx.db()).await?.filter(|category| !category.is_archived);
    let missing = || Error::refused(RefusalCode::NotFound, &["categoryId"], "there is no such category");
    Ok(row.ok_or_else(missing)?.id)
}

/// An active user of the account.
pub(super) async fn assignee(tx: &Tx, id: UserId) -> Result<UserId> {
    let found = app_user::Entity::find_by_id(id).filter(app_user::Column::AccountId.eq(tx.actor.account_id));
    let row = found.one(tx.db()).await?.filter(|user| user.is_active);
    let missing = || Error::refused(RefusalCode::NotFound, &["assigneeId"], "there is no such active user");
    Ok(row.ok_or_else(missing)?.id)
}
