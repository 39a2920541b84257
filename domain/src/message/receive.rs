//! Taking a customer's message in, whichever way it came.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use sportello_entity::{
    ChatId, TemplateId, Timestamp, contact, message,
    value::{ActorKind, EventType, MessageDirection, MessageKind, MessageStatus},
};

use super::{MessageMedia, event, media as files};
use crate::{
    Result, Who,
    chat::{self, Activity},
    search,
    store::Tx,
};

/// A customer's message.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// What it consists of.
    pub kind: MessageKind,
    /// What it says.
    pub body: String,
    /// What the pressed button carries.
    pub button_payload: Option<String>,
    /// The file that it brings.
    pub media: Option<MessageMedia>,
    /// The provider's name for the file.
    pub media_id: Option<String>,
    /// The template whose button was pressed.
    pub template_id: Option<TemplateId>,
    /// The provider's name for it.
    pub provider_id: Option<String>,
    /// When the customer wrote it.
    pub sent_at: Timestamp,
    /// Whether it is about another message (a reaction, an edit, a revocation) instead of one itself: it opens no service
    /// window and sets nothing off.
    pub is_aside: bool,
}

/// Takes the message in: MESSAGE_RECEIVED, by the customer, who is from now on the transaction's actor. None: it was taken
/// in before. The contact's row has to be locked, so that what comes twice at once is seen twice.
///
/// # Errors
/// What the database answers.
pub async fn receive(
    tx: &mut Tx,
    contact: &contact::Model,
    incoming: Incoming,
) -> Result<Option<message::Model>> {
    if is_known(tx, incoming.provider_id.as_deref()).await? {
        return Ok(None);
    }
    tx.actor.who = Who::Contact(contact.id);
    let (is_aside, media_id) = (incoming.is_aside, incoming.media_id.clone());
    let message = build(tx, contact, incoming);
    let (is_inbound, is_unread) = (!is_aside, !contact.is_blocked);
    let activity = Activity { at: message.created_at, is_inbound, is_unread };
    chat::note_activity(tx, contact.id, activity).await?;
    message::Entity::insert(message.clone().into_active_model()).exec_without_returning(tx.db()).await?;
    search::index_message(tx, &message);
    if let Some(media_id) = media_id {
        files::want(tx, &message, media_id).await?;
    }
    tx.record(event::new(EventType::MessageReceived, &message)?);
    Ok(Some(message))
}

async fn is_known(tx: &Tx, provider_id: Option<&str>) -> Result<bool> {
    let Some(provider_id) = provider_id else { return Ok(false) };
    let same = message::Entity::find()
        .filter(message::Column::AccountId.eq(tx.actor.account_id))
        .filter(message::Column::ProviderId.eq(provider_id));
    Ok(same.count(tx.db()).await? > 0)
}

fn build(tx: &Tx, contact: &contact::Model, incoming: Incoming) -> message::Model {
    let Incoming {
        kind,
        body,
        button_payload,
        media,
        template_id,
        provider_id,
        sent_at,
        is_aside,
        media_id: _,
    } = incoming;
    let (media_mime_type, media_file_name) = match media {
        Some(MessageMedia { mime_type, file_name }) => (Some(mime_type), file_name),
        None => (None, None),
    };
    message::Model {
        id: tx.new_id(),
        account_id: tx.actor.account_id,
        chat_id: ChatId(contact.id.0),
        direction: MessageDirection::Inbound,
        kind,
        body,
        button_payload,
        media_mime_type,
        media_file_name,
        template_id,
        author_kind: ActorKind::Contact,
        author_id: Some(contact.id.0),
        ticket_id: None,
        status: MessageStatus::Received,
        status_changed_at: tx.now(),
        failure_code: None,
        failure_message: None,
        failure_is_retryable: None,
        provider_id,
        is_muted: contact.is_blocked || is_aside,
        created_at: sent_at.min(tx.now()),
    }
}
