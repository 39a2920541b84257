//! The sandbox's messages on their way: they walk through SENT and DELIVERED by themselves.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
    sea_query::{LockBehavior, LockType},
};
use sportello_entity::{AccountId, MessageId, Timestamp, message_delivery, value::MessageStatus};

use super::status::{self, Report};
use crate::{
    Actor, Result,
    store::{Store, Tx},
};

/// How many are looked at in one go.
const BATCH: u64 = 100;
/// How long a message is SENT before it is DELIVERED.
const STEP_MILLISECONDS: i64 = 400;

/// Moves what is due in sandboxes on by a step; says how many that were. Several processes may do so at once.
///
/// # Errors
/// What the database answers.
pub async fn walk_sandboxes(store: &Store) -> Result<usize> {
    let due = message_delivery::Entity::find()
        .select_only()
        .columns([message_delivery::Column::MessageId, message_delivery::Column::AccountId])
        .filter(message_delivery::Column::ChannelId.is_null())
        .filter(message_delivery::Column::NextAttemptAt.lte(store.now()))
        .order_by_asc(message_delivery::Column::NextAttemptAt)
        .order_by_asc(message_delivery::Column::MessageId)
        .limit(BATCH);
    let due: Vec<(MessageId, AccountId)> = due.into_tuple().all(store.reader()).await?;
    let mut moved = 0;
    for (id, account_id) in due {
        match step(store, account_id, id).await {
            Ok(()) => moved += 1,
            // It stays due; the others need not wait for it.
            Err(error) => tracing::warn!(message.id = %id, %error, "a message could not be moved on"),
        }
    }
    Ok(moved)
}

/// One step: its effect and the next one's time are one transaction, so that it is never made twice.
async fn step(store: &Store, account_id: AccountId, id: MessageId) -> Result<()> {
    let mut tx = store.begin(&Actor::system(account_id)).await?;
    let Some(delivery) = claim(&tx, id).await? else { return Ok(()) };
    let Some(message) = status::locked(&tx, id).await? else { return Ok(()) };
    if message.status == MessageStatus::Queued {
        status::advance(&mut tx, message, Report::of(MessageStatus::Sent)).await?;
        let mut delivery = delivery.into_active_model();
        delivery.next_attempt_at = Set(Timestamp(tx.now().0 + STEP_MILLISECONDS));
        delivery.update(tx.db()).await?;
    } else {
        status::advance(&mut tx, message, Report::of(MessageStatus::Delivered)).await?;
        delivery.delete(tx.db()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The delivery, if it is still due and nobody else is at it.
async fn claim(tx: &Tx, id: MessageId) -> Result<Option<message_delivery::Model>> {
    let found = message_delivery::Entity::find_by_id(id)
        .filter(message_delivery::Column::NextAttemptAt.lte(tx.now()))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    Ok(found.one(tx.db()).await?)
}
