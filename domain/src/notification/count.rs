//! Counting what is unread: along an index that holds nothing but notifications.

use sea_orm::{ConnectionTrait, Statement};
use sportello_entity::{AccountId, UserId};

use super::mark::position;
use crate::{Actor, Error, Result, store::Store};

/// How many notifications the user has not read; none for an API key, which has no notifications.
///
/// # Errors
/// What the database answers.
pub async fn unread_count(store: &Store, actor: &Actor) -> Result<i64> {
    let Some(user_id) = actor.user_id() else { return Ok(0) };
    let after = position(store.reader(), user_id).await?;
    count(store, actor.account_id, user_id, after, i64::MAX).await
}

/// How many notifications of the user lie after one event of the log and not after another.
pub(super) async fn count(
    store: &Store,
    account_id: AccountId,
    user_id: UserId,
    after: i64,
    through: i64,
) -> Result<i64> {
    let sql = "SELECT count(*) AS number FROM event WHERE account_id = $1 AND sequence > $2 AND sequence <= $3 \
               AND notifies AND (actor_id IS NULL OR actor_id <> $4)";
    let values = [account_id.into(), after.into(), through.into(), user_id.into()];
    let statement = Statement::from_sql_and_values(store.backend(), sql, values);
    let row = store.reader().query_one_raw(statement).await?;
    let row = row.ok_or_else(|| Error::Internal("a count has a row".to_owned()))?;
    Ok(row.try_get("", "number")?)
}
