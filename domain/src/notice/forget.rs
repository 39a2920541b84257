//! Notices that were given up go when nobody looks at them any more.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sportello_entity::notice;

use crate::{Result, store::Store};

/// Why a mail was given up can be looked up so long.
const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;

/// Forgets what was given up a month ago; says how many notices that were.
///
/// # Errors
/// What the database answers.
pub async fn forget_given_up(store: &Store) -> Result<u64> {
    let before = store.now().plus_seconds(-KEPT_SECONDS);
    let old = notice::Entity::delete_many().filter(notice::Column::FailedAt.lt(before));
    Ok(old.exec(store.writer()).await?.rows_affected)
}
