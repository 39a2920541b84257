//! A message's own fields with only the ids of what it points at: what events hold, streams tell and clients see.
//! Erasing its contact takes the texts out of it.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sportello_entity::{
    ChatId, ContactId, MessageId, TemplateId, TicketId, Timestamp, message,
    value::{MessageDirection, MessageKind, MessageStatus},
};

use crate::{ActorRef, Error, Result};

/// A message at one moment. The names are part of the log's format: added to, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the message table")]
pub struct MessageSnapshot {
    pub id: MessageId,
    pub contact_id: ContactId,
    pub direction: MessageDirection,
    pub kind: MessageKind,
    pub body: String,
    pub button_payload: Option<String>,
    pub media: Option<MessageMedia>,
    pub template_id: Option<TemplateId>,
    pub author: ActorRef,
    pub ticket_id: Option<TicketId>,
    pub status: MessageStatus,
    pub status_changed_at: Timestamp,
    pub failure: Option<MessageFailure>,
    /// The contact was blocked when it came, or it is about another message: it sets nothing off.
    pub is_muted: bool,
    pub created_at: Timestamp,
}

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageMedia {
    /// What kind of file it is.
    pub mime_type: String,
    /// What it is called, if it has a name.
    pub file_name: Option<String>,
}

/// Why a message did not arrive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageFailure {
    /// The provider's code; 0: Sportello's own word.
    pub code: i32,
    /// In words.
    pub message: String,
    /// Whether writing it again may work.
    pub is_retryable: bool,
}

impl MessageSnapshot {
    /// The members that tell what was said: what erasing the contact takes away, and what stays in their place.
    pub(crate) fn personal() -> [(&'static str, Json); 4] {
        [
            ("body", Json::from("")),
            ("buttonPayload", Json::Null),
            ("media", Json::Null),
            ("failure", Json::Null),
        ]
    }

    /// The chat that it is in.
    pub fn chat_id(&self) -> ChatId {
        ChatId(self.contact_id.0)
    }

    /// Reads what an event holds.
    ///
    /// # Errors
    /// INTERNAL when it is not of this shape: the log is broken.
    pub fn parse(snapshot: &Json) -> Result<Self> {
        Self::deserialize(snapshot).map_err(|error| Error::Internal(format!("a message's snapshot: {error}")))
    }
}

impl From<message::Model> for MessageSnapshot {
    fn from(row: message::Model) -> Self {
        let message::Model {
            id,
            account_id: _,
            chat_id,
            direction,
            kind,
            body,
            button_payload,
            media_mime_type,
            media_file_name,
            template_id,
            author_kind,
            author_id,
            ticket_id,
            status,
            status_changed_at,
            failure_code,
            failure_message,
            failure_is_retryable,
            provider_id: _,
            is_muted,
            created_at,
        } = row;
        let media = |mime_type| MessageMedia { mime_type, file_name: media_file_name };
        let failure = |code| MessageFailure {
            code,
            message: failure_message.unwrap_or_default(),
            is_retryable: failure_is_retryable.unwrap_or_default(),
        };
        Self {
            id,
            contact_id: ContactId(chat_id.0),
            direction,
            kind,
            body,
            button_payload,
            media: media_mime_type.map(media),
            template_id,
            author: ActorRef { kind: author_kind, id: author_id },
            ticket_id,
            status,
            status_changed_at,
            failure: failure_code.map(failure),
            is_muted,
            created_at,
        }
    }
}
