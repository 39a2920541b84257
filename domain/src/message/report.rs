//! What the provider reports of messages: perhaps late, twice, in any order, or before it has answered the send.

use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::{LockType, OnConflict},
};
use sportello_entity::{AccountId, ContactId, MessageId, early_report, message, value::MessageStatus};

use super::{
    MessageFailure,
    status::{self, Report},
};
use crate::{
    Actor, Result, chat,
    store::{Store, Tx},
};

/// How long reports of unknown messages are kept.
const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// What is reported of which message.
#[derive(Clone, Debug)]
pub struct StatusReport {
    /// Our own name for the message, where the provider passes it back.
    pub message_id: Option<MessageId>,
    /// The provider's name for it.
    pub provider_id: String,
    /// How far it has come.
    pub status: MessageStatus,
    /// Why it failed, where it did.
    pub failure: Option<MessageFailure>,
}

/// Moves the message on: MESSAGE_STATUS_CHANGED, or nothing where it has come further already. A report of a message that
/// is not known (yet) is kept for a day.
///
/// # Errors
/// What the database answers.
pub async fn report(store: &Store, account_id: AccountId, report: StatusReport) -> Result<()> {
    let mut tx = store.begin(&Actor::system(account_id)).await?;
    if let Some(message) = find(&tx, &report).await? {
        apply(&mut tx, message, report).await?;
        tx.write_without_event();
        tx.commit().await?;
        return Ok(());
    }
    let row = early_report::Model {
        account_id,
        provider_id: report.provider_id.clone(),
        status: report.status,
        failure: report.failure.as_ref().map(serde_json::to_string).transpose()?,
        created_at: tx.now(),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    let insert = early_report::Entity::insert(row.into_active_model()).on_conflict(nothing);
    insert.exec_without_returning(tx.db()).await?;
    tx.write_without_event();
    tx.commit().await?;
    // The answer to the send may have been written meanwhile: whoever comes second finds what the first has left.
    apply_early(store, account_id, &report.provider_id).await
}

/// Applies what was reported before the message had this name.
pub(super) async fn apply_early(store: &Store, account_id: AccountId, provider_id: &str) -> Result<()> {
    let of_message =
        early_report::Column::AccountId.eq(account_id).and(early_report::Column::ProviderId.eq(provider_id));
    if early_report::Entity::find().filter(of_message.clone()).one(store.reader()).await?.is_none() {
        return Ok(());
    }
    let mut tx = store.begin(&Actor::system(account_id)).await?;
    let named = StatusReport {
        message_id: None,
        provider_id: provider_id.to_owned(),
        status: MessageStatus::Sent,
        failure: None,
    };
    let Some(mut message) = find(&tx, &named).await? else { return Ok(()) };
    for early in early_report::Entity::find().filter(of_message.clone()).all(tx.db()).await? {
        let failure = early.failure.as_deref().map(serde_json::from_str).transpose()?;
        message = status::advance(&mut tx, message, Report { status: early.status, failure }).await?;
    }
    early_report::Entity::delete_many().filter(of_message).exec(tx.db()).await?;
    tx.write_without_event();
    tx.commit().await?;
    Ok(())
}

/// Forgets the reports of messages that never became known; says how many.
///
/// # Errors
/// What the database answers.
pub async fn forget_early_reports(store: &Store) -> Result<u64> {
    let before = store.now().plus_seconds(-KEPT_SECONDS);
    let old = early_report::Entity::delete_many().filter(early_report::Column::CreatedAt.lt(before));
    Ok(old.exec(store.writer()).await?.rows_affected)
}

async fn find(tx: &Tx, report: &StatusReport) -> Result<Option<message::Model>> {
    if let Some(id) = report.message_id
        && let Some(message) = status::locked(tx, id).await?
    {
        return Ok(Some(message));
    }
    let found = message::Entity::find()
        .filter(message::Column::AccountId.eq(tx.actor.account_id))
        .filter(message::Column::ProviderId.eq(report.provider_id.as_str()))
        .lock(LockType::NoKeyUpdate);
    Ok(found.one(tx.db()).await?)
}

async fn apply(tx: &mut Tx, mut message: message::Model, report: StatusReport) -> Result<()> {
    if message.provider_id.is_none() {
        let before = message.clone();
        message.provider_id = Some(report.provider_id);
        tx.write_difference(&before, &message).await?;
    }
    if report.failure.as_ref().is_some_and(|failure| failure.code == status::WINDOW_CLOSED) {
        chat::close_window(tx, ContactId(message.chat_id.0)).await?;
    }
    // Whatever the provider says of it: it has it, and need not be asked again.
    status::end_delivery(tx, message.id).await?;
    status::advance(tx, message, Report { status: report.status, failure: report.failure }).await?;
    Ok(())
}
