//! How a message comes further. It never goes back, and the same reports lead to the same end in whichever order they come.

use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use sportello_entity::{MessageId, message, value::MessageStatus};

use super::{MessageFailure, event};
use crate::{Result, store::Tx};

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
    let MessageFailure { code, message, is_retryable } = match report.failure {
        Some(failure) => failure,
        None => MessageFailure { code: 0, message: String::new(), is_retryable: false },
    };
    let has_failed = report.status == MessageStatus::Failed;
    after.failure_code = has_failed.then_some(code);
    after.failure_message = has_failed.then_some(message);
    after.failure_is_retryable = has_failed.then_some(is_retryable);
    after.clone().into_active_model().reset_all().update(tx.db()).await?;
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
