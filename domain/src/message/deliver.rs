//! Outgoing messages on their way. In the sandbox they walk through SENT and DELIVERED by themselves.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
    sea_query::{LockBehavior, LockType},
};
use sportello_entity::{
    AccountId, ChatId, MessageId, Timestamp, message, message_delivery, value::MessageStatus,
};

use super::status::{self, Report};
use crate::{
    Actor, Result,
    store::{Store, Tx},
};

/// How many are looked at in one go.
const BATCH: u64 = 100;
/// How long a message of the sandbox is SENT before it is DELIVERED.
const SANDBOX_STEP_MILLISECONDS: i64 = 400;

/// Puts the message on its way.
pub(super) async fn queue(tx: &Tx, message: &message::Model) -> Result<()> {
    let row = message_delivery::Model {
        message_id: message.id,
        account_id: message.account_id,
        chat_id: message.chat_id,
        attempts: 0,
        next_attempt_at: tx.now(),
    };
    message_delivery::Entity::insert(row.into_active_model()).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Moves what is due on by a step; says how many that were. Several processes may do so at once.
///
/// # Errors
/// What the database answers.
pub async fn run_due(store: &Store) -> Result<usize> {
    let due = message_delivery::Entity::find()
        .select_only()
        .columns([message_delivery::Column::MessageId, message_delivery::Column::AccountId])
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
        delivery.next_attempt_at = Set(Timestamp(tx.now().0 + SANDBOX_STEP_MILLISECONDS));
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

/// Takes what is still on its way to the contact back; gives the messages.
pub(super) async fn take_back(tx: &Tx, chat_id: ChatId) -> Result<Vec<MessageId>> {
    let of_chat = message_delivery::Column::ChatId.eq(chat_id);
    let waiting = message_delivery::Entity::find().filter(of_chat.clone()).all(tx.db()).await?;
    message_delivery::Entity::delete_many().filter(of_chat).exec(tx.db()).await?;
    Ok(waiting.into_iter().map(|delivery| delivery.message_id).collect())
}
