//! The list of templates.

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use sportello_entity::message_template;

use super::find;
use crate::{Actor, Permission, Result, store::Store};

/// The account's templates, by creation; archived ones only if asked for.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn list(
    store: &Store,
    actor: &Actor,
    include_archived: bool,
) -> Result<Vec<message_template::Model>> {
    actor.require(Permission::ReadSettings)?;
    let mut rows = find::of_account(actor.account_id);
    if !include_archived {
        rows = rows.filter(message_template::Column::IsArchived.eq(false));
    }
    Ok(rows.order_by_asc(message_template::Column::Id).all(store.reader()).await?)
}
