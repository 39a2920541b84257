//! Messages on their way through the provider: claimed, asked for, and settled by what the provider answers.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
    sea_query::{Alias, Expr, Query},
};
use sportello_entity::{
    AccountId, ChannelId, ContactId, MessageId, TemplateId, Timestamp, contact, message, message_delivery,
    message_template, value::MessageStatus, whatsapp_channel,
};
use uuid::Uuid;

use super::{
    MessageFailure, report,
    status::{self, Report},
};
use crate::{
    Actor, Result, chat,
    filter::column,
    store::{Store, Tx},
};

/// A message that is to be sent now, with what the provider has to be told.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its row, as it was claimed.
    pub delivery: message_delivery::Model,
    /// The message.
    pub message: message::Model,
    /// To whom.
    pub contact: contact::Model,
    /// What it is made from.
    pub template: Option<message_template::Model>,
    /// From which number.
    pub channel: whatsapp_channel::Model,
}

/// What came of asking the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It took the message, and calls it so.
    Accepted(String),
    /// It did not, for now: again at that moment.
    Later(Timestamp, MessageFailure),
    /// It gave no answer: the message may have arrived. Again at that moment, unless it is heard of before.
    Unanswered(Timestamp, MessageFailure),
    /// It did not, for good.
    Failed(MessageFailure),
}

/// Messages that may go on at $1, also those of sandboxes.
pub(crate) const DUE: &str = "FROM message_delivery WHERE next_attempt_at <= $1 ORDER BY next_attempt_at";

/// Takes up to `limit` messages that are due, in each chat the oldest only, none of stopped, paused or `busy` channels.
/// Nobody else gets them before `until`: a process that dies has perhaps asked, so that they are left alone for so long.
///
/// # Errors
/// What the database answers.
pub async fn claim(store: &Store, limit: u64, busy: &[ChannelId], until: Timestamp) -> Result<Vec<Job>> {
    let due = due(store, limit, busy).await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = store.begin(&Actor::system(AccountId(Uuid::nil()))).await?;
    let mut claimed = Vec::with_capacity(due.len());
    for delivery in due {
        let lease = message_delivery::ActiveModel {
            next_attempt_at: Set(until),
            asked_at: Set(Some(tx.now())),
            ..Default::default()
        };
        let taken = message_delivery::Entity::update_many()
            .set(lease)
            .filter(message_delivery::Column::MessageId.eq(delivery.message_id))
            .filter(message_delivery::Column::NextAttemptAt.eq(delivery.next_attempt_at))
            .exec(tx.db())
            .await?;
        claimed.extend((taken.rows_affected == 1).then_some(delivery));
    }
    tx.write_without_event();
    tx.commit().await?;
    jobs(store, claimed).await
}

async fn due(store: &Store, limit: u64, busy: &[ChannelId]) -> Result<Vec<message_delivery::Model>> {
    let now = store.now();
    let open = whatsapp_channel::Entity::find()
        .select_only()
        .column(whatsapp_channel::Column::Id)
        .filter(whatsapp_channel::Column::IsEnabled.eq(true))
        .filter(
            Condition::any()
                .add(whatsapp_channel::Column::PausedUntil.is_null())
                .add(whatsapp_channel::Column::PausedUntil.lte(now)),
        )
        .filter(whatsapp_channel::Column::Id.is_not_in(busy.iter().copied()));
    let earlier = Alias::new("earlier");
    let of_earlier = |name: &'static str| Expr::col((earlier.clone(), Alias::new(name)));
    let older = Query::select()
        .expr(Expr::val(1))
        .from_as(message_delivery::Entity, earlier.clone())
        .and_where(of_earlier("chat_id").eq(column("message_delivery", "chat_id")))
        .and_where(of_earlier("message_id").lt(column("message_delivery", "message_id")))
        .take();
    let due = message_delivery::Entity::find()
        .filter(message_delivery::Column::NextAttemptAt.lte(now))
        .filter(message_delivery::Column::ChannelId.in_subquery(open.into_query()))
        .filter(Expr::exists(older).not())
        .order_by_asc(message_delivery::Column::NextAttemptAt)
        .order_by_asc(message_delivery::Column::MessageId)
        .limit(limit);
    Ok(due.all(store.reader()).await?)
}

/// The claimed rows with what they point at: a reading for each kind.
async fn jobs(store: &Store, claimed: Vec<message_delivery::Model>) -> Result<Vec<Job>> {
    let db = store.reader();
    let ids = claimed.iter().map(|delivery| delivery.message_id);
    let messages = message::Entity::find().filter(message::Column::Id.is_in(ids)).all(db).await?;
    let contacts = messages.iter().map(|message| ContactId(message.chat_id.0));
    let contacts = contact::Entity::find().filter(contact::Column::Id.is_in(contacts)).all(db).await?;
    let templates = messages.iter().filter_map(|message| message.template_id);
    let templates = message_template::Entity::find()
        .filter(message_template::Column::Id.is_in(templates))
        .all(db)
        .await?;
    let channels = claimed.iter().filter_map(|delivery| delivery.channel_id);
    let channels =
        whatsapp_channel::Entity::find().filter(whatsapp_channel::Column::Id.is_in(channels)).all(db).await?;
    let messages: HashMap<MessageId, _> = messages.into_iter().map(|row| (row.id, row)).collect();
    let contacts: HashMap<ContactId, _> = contacts.into_iter().map(|row| (row.id, row)).collect();
    let templates: HashMap<TemplateId, _> = templates.into_iter().map(|row| (row.id, row)).collect();
    let channels: HashMap<ChannelId, _> = channels.into_iter().map(|row| (row.id, row)).collect();
    let job = |delivery: message_delivery::Model| {
        let message = messages.get(&delivery.message_id)?.clone();
        let contact = contacts.get(&ContactId(message.chat_id.0))?.clone();
        let template = message.template_id.and_then(|id| templates.get(&id)).cloned();
        let channel = channels.get(&delivery.channel_id?)?.clone();
        Some(Job { delivery, message, contact, template, channel })
    };
    Ok(claimed.into_iter().filter_map(job).collect())
}

/// Writes down what the provider answered: MESSAGE_STATUS_CHANGED when the message came further by it.
///
/// # Errors
/// What the database answers.
pub async fn settle(store: &Store, job: &Job, outcome: Outcome) -> Result<()> {
    let mut tx = store.begin(&Actor::system(job.message.account_id)).await?;
    let Some(message) = status::locked(&tx, job.message.id).await? else { return Ok(()) };
    let provider_id = match outcome {
        Outcome::Accepted(provider_id) => {
            accept(&mut tx, job, message, &provider_id).await?;
            Some(provider_id)
        }
        Outcome::Later(moment, failure) => {
            postpone(&tx, job, message, moment, failure, false).await?;
            None
        }
        Outcome::Unanswered(moment, failure) => {
            postpone(&tx, job, message, moment, failure, true).await?;
            None
        }
        Outcome::Failed(failure) => {
            if failure.code == status::WINDOW_CLOSED {
                chat::close_window(&tx, ContactId(message.chat_id.0)).await?;
            }
            let report = Report { status: MessageStatus::Failed, failure: Some(failure) };
            status::advance(&mut tx, message, report).await?;
            status::end_delivery(&tx, job.message.id).await?;
            None
        }
    };
    tx.write_without_event();
    tx.commit().await?;
    match provider_id {
        Some(provider_id) => report::apply_early(store, job.message.account_id, &provider_id).await,
        None => Ok(()),
    }
}

async fn accept(tx: &mut Tx, job: &Job, before: message::Model, provider_id: &str) -> Result<()> {
    let mut message = before.clone();
    message.provider_id = Some(provider_id.to_owned());
    if job.delivery.asked_at.is_none() {
        // The refusals before this answer have come to nothing.
        (message.failure_code, message.failure_message, message.failure_is_retryable) = (None, None, None);
    }
    tx.write_difference(&before, &message).await?;
    status::advance(tx, message, Report::of(MessageStatus::Sent)).await?;
    status::end_delivery(tx, job.message.id).await
}

/// The message stays QUEUED and says why.
async fn postpone(
    tx: &Tx,
    job: &Job,
    before: message::Model,
    moment: Timestamp,
    failure: MessageFailure,
    is_unanswered: bool,
) -> Result<()> {
    if before.status == MessageStatus::Queued {
        let mut message = before.clone();
        message.failure_code = Some(failure.code);
        message.failure_message = Some(failure.message);
        message.failure_is_retryable = Some(failure.is_retryable);
        tx.write_difference(&before, &message).await?;
    }
    let mut change = message_delivery::ActiveModel {
        next_attempt_at: Set(moment),
        attempts: Set(job.delivery.attempts + 1),
        ..Default::default()
    };
    if !is_unanswered {
        change.asked_at = Set(None);
    }
    message_delivery::Entity::update_many()
        .set(change)
        .filter(message_delivery::Column::MessageId.eq(job.message.id))
        .exec(tx.db())
        .await?;
    Ok(())
}
