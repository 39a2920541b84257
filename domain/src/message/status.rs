//! How a message comes further. It never goes back, and the same reports lead to the same end in whichever order they come.

use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use sportello_entity::{MessageId, message, message_delivery, value::MessageStatus};

use super::{MessageFailure, event};
use crate::{Result, store::Tx};

/// WhatsApp's code for: more than 24 hours have passed since the customer wrote.
pub(super) const WINDOW_CLOSED: i32 = 131_047;

/// What is reported of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Report {
    /// How far it has come.
    pub(super) status: MessageStatus,
    /// Why it failed, where it did.
    pub(super) failure: Option<MessageFailure>,
}

impl Report {
    /// It came this far, and nothing went wrong.
    pub(super) fn of(status: MessageStatus) -> Self {
        Self { status, failure: None }
    }
}

/// Moves the message on: MESSAGE_STATUS_CHANGED, or nothing where it has come as far or further.
pub(super) async fn advance(tx: &mut Tx, before: message::Model, report: Report) -> Result<message::Model> {
    if rank(report.status) <= rank(before.status) {
        return Ok(before);
    }
    let mut after = before.clone();
    after.status = report.status;
    after.status_changed_at = tx.now();
    // What once went wrong stays known, also of a message that arrived after all.
    if let Some(MessageFailure { code, message, is_retryable }) = report.failure {
        after.failure_code = Some(code);
        after.failure_message = Some(message);
        after.failure_is_retryable = Some(is_retryable);
    }
    tx.write_difference(&before, &after).await?;
    tx.record(event::moved(&before, &after)?);
    Ok(after)
}

/// The account's message of that id, locked until the transaction ends.
pub(super) async fn locked(tx: &Tx, id: MessageId) -> Result<Option<message::Model>> {
    let found = message::Entity::find_by_id(id)
        .filter(message::Column::AccountId.eq(tx.actor.account_id))
        .lock(LockType::NoKeyUpdate);
    Ok(found.one(tx.db()).await?)
}

/// Nothing more is to be done to get the message out.
pub(super) async fn end_delivery(tx: &Tx, id: MessageId) -> Result<()> {
    message_delivery::Entity::delete_by_id(id).exec(tx.db()).await?;
    Ok(())
}

/// Whoever was told that it failed and then that it arrived, knows that it arrived. RECEIVED never moves.
fn rank(status: MessageStatus) -> u8 {
    match status {
        MessageStatus::Queued => 0,
        MessageStatus::Sent => 1,
        MessageStatus::Failed => 2,
        MessageStatus::Delivered => 3,
        MessageStatus::Read => 4,
        MessageStatus::Received => u8::MAX,
    }
}
