//! Forgetting old events, where an installation does not keep everything.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sportello_entity::{Timestamp, event, follower_position};

use crate::{Result, store::Store, webhook};

/// How many events one statement deletes: writers wait no longer than that takes.
const CHUNK: u64 = 1_000;

/// Deletes the events that happened before `moment`, but none that its followers have yet to plan; says how many. A
/// cursor that lies before what is left is answered with CURSOR_EXPIRED, on a stream with ResyncRequired.
///
/// # Errors
/// What the database answers.
pub async fn forget_before(store: &Store, moment: Timestamp) -> Result<u64> {
    let mut forgotten = 0;
    for planned in follower_position::Entity::find().all(store.reader()).await? {
        loop {
            let old = event::Entity::find()
                .select_only()
                .column(event::Column::Sequence)
                .filter(event::Column::AccountId.eq(planned.account_id))
                .filter(event::Column::Sequence.lte(planned.sequence))
                .filter(event::Column::OccurredAt.lt(moment))
                .order_by_asc(event::Column::Sequence)
                .limit(CHUNK);
            let sequences: Vec<i64> = old.into_tuple().all(store.reader()).await?;
            let Some(last) = sequences.last() else { break };
            let deleted = event::Entity::delete_many()
                .filter(event::Column::AccountId.eq(planned.account_id))
                .filter(event::Column::Sequence.lte(*last))
                .exec(store.writer())
                .await?;
            webhook::delivery::forget_through(store, planned.account_id, *last).await?;
            store.log().forget(planned.account_id);
            forgotten += deleted.rows_affected;
        }
    }
    Ok(forgotten)
}
