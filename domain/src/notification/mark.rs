//! How far a user has read.

use sea_orm::{ConnectionTrait, EntityTrait};
use sportello_entity::{UserId, app_user, notification_mark};

use crate::{Result, store::Tx};

/// The sequence of the last event that the user has read.
pub(super) async fn position(db: &impl ConnectionTrait, user_id: UserId) -> Result<i64> {
    let mark = notification_mark::Entity::find_by_id(user_id).one(db).await?;
    Ok(mark.map_or(0, |mark| mark.sequence))
}

/// A new user begins where the log stands: what happened before is no news.
pub(crate) async fn begin(tx: &Tx, user: &app_user::Model) -> Result<()> {
    let sql = "INSERT INTO notification_mark (user_id, account_id, sequence) \
               SELECT $1, account_id, sequence FROM log_head WHERE account_id = $2";
    tx.execute(sql, vec![user.id.into(), user.account_id.into()]).await?;
    Ok(())
}
