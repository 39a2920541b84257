//! Outgoing messages on their way: the rows.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use sportello_entity::{ChannelId, ChatId, MessageId, message, message_delivery, value::MessageStatus};

use super::{
    MessageFailure,
    status::{self, Report},
};
use crate::{
    Result, channel,
    store::{Queue, Tx},
};

/// Puts the message on its way: through the account's number, or in the sandbox where there is none. `parameters` are what
/// a template's places are filled in with, in their order.
pub(super) async fn queue(
    tx: &mut Tx,
    message: &message::Model,
    parameters: Option<&[String]>,
) -> Result<()> {
    let channel = channel::of_account(tx.db(), tx.actor.account_id).await?;
    let row = message_delivery::Model {
        message_id: message.id,
        account_id: message.account_id,
        chat_id: message.chat_id,
        channel_id: channel.map(|channel| channel.id),
        parameters: parameters.map(serde_json::to_string).transpose()?,
        asked_at: None,
        attempts: 0,
        next_attempt_at: tx.now(),
    };
    message_delivery::Entity::insert(row.into_active_model()).exec_without_returning(tx.db()).await?;
    tx.ring(Queue::Messages);
    Ok(())
}

/// Takes what is still on its way to the contact back; gives the messages.
pub(super) async fn take_back(tx: &Tx, chat_id: ChatId) -> Result<Vec<MessageId>> {
    let of_chat = message_delivery::Column::ChatId.eq(chat_id);
    let waiting = message_delivery::Entity::find().filter(of_chat.clone()).all(tx.db()).await?;
    message_delivery::Entity::delete_many().filter(of_chat).exec(tx.db()).await?;
    Ok(waiting.into_iter().map(|delivery| delivery.message_id).collect())
}

/// Fails what has not gone out through the channel yet, each message with its event.
pub(crate) async fn fail_waiting(tx: &mut Tx, channel_id: ChannelId, why: &str) -> Result<()> {
    let of_channel = message_delivery::Column::ChannelId.eq(channel_id);
    for delivery in message_delivery::Entity::find().filter(of_channel.clone()).all(tx.db()).await? {
        let Some(message) = status::locked(tx, delivery.message_id).await? else { continue };
        let failure = MessageFailure { code: 0, message: why.to_owned(), is_retryable: true };
        let report = Report { status: MessageStatus::Failed, failure: Some(failure) };
        status::advance(tx, message, report).await?;
    }
    message_delivery::Entity::delete_many().filter(of_channel).exec(tx.db()).await?;
    Ok(())
}
