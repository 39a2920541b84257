//! Taking what was said out of a chat whose contact is erased: from its rows here, from the log by the contact's command.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use sportello_entity::{ChatId, ContactId, MessageId, message, value::MessageStatus};

use super::{
    MessageFailure, deliver, media,
    status::{self, Report},
};
use crate::{Result, store::Tx};

/// Empties the contact's messages and gives their ids. What has not gone out yet fails.
pub(crate) async fn erase(tx: &mut Tx, contact_id: ContactId) -> Result<Vec<MessageId>> {
    let chat_id = ChatId(contact_id.0);
    let of_chat = message::Column::ChatId.eq(chat_id);
    let nothing = message::ActiveModel {
        body: Set(String::new()),
        button_payload: Set(None),
        media_mime_type: Set(None),
        media_file_name: Set(None),
        provider_id: Set(None),
        failure_message: Set(None),
        ..Default::default()
    };
    media::erase(tx, chat_id).await?;
    message::Entity::update_many().set(nothing).filter(of_chat.clone()).exec(tx.db()).await?;
    for id in deliver::take_back(tx, chat_id).await? {
        let Some(waiting) = status::locked(tx, id).await? else { continue };
        let message = "the contact was erased before it went out".to_owned();
        let failure = Some(MessageFailure { code: 0, message, is_retryable: false });
        status::advance(tx, waiting, Report { status: MessageStatus::Failed, failure }).await?;
    }
    let ids = message::Entity::find().select_only().column(message::Column::Id).filter(of_chat);
    Ok(ids.into_tuple().all(tx.db()).await?)
}
