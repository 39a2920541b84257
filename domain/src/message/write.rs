//! Writing a message to a customer: the contract's `messageSend`.

use serde::Serialize;
use serde_json::json;
use sportello_entity::{ContactId, MessageId, TemplateId, TicketId, message, message_template};

use super::{Content, Outgoing, find, send};
use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    contact::{self, FieldInput, Fields, fields},
    dynamic_field::{self, Sources, Text, Values},
    store::{Store, Tx},
    template, ticket,
};

/// What is to be written.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are the contract's")]
pub struct MessageSend {
    pub contact_id: ContactId,
    pub ticket_id: Option<TicketId>,
    pub text: Option<String>,
    pub template_id: Option<TemplateId>,
    /// Values for the template's places; they go before the contact's own.
    pub fields: Vec<FieldInput>,
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What came of a request to write or to receive a message.
#[derive(Clone, Debug)]
pub struct MessageWritten {
    /// The message as it is now.
    pub message: message::Model,
    /// Whether it had been done before, under the same idempotency key.
    pub is_replay: bool,
}

/// Writes a message: MESSAGE_SENT.
///
/// # Errors
/// FORBIDDEN; refusals as [`send()`] has them, REQUIRED and INVALID for text and templateId, and what is wrong with fields.
pub async fn write(store: &Store, actor: &Actor, input: MessageSend) -> Result<MessageWritten> {
    actor.require(Permission::WorkMessages)?;
    let mut tx = store.begin(actor).await?;
    if let Some(known) = tx.recall("messageSend", input.idempotency_key.as_deref(), &input).await? {
        return replayed(&tx, &known).await;
    }
    let (contact_id, ticket_id) = (input.contact_id, input.ticket_id);
    let message = match (&input.text, input.template_id) {
        (Some(text), None) if input.fields.is_empty() => {
            let content = Content::Text(text);
            send(&mut tx, Outgoing { contact_id, ticket_id, content }).await?
        }
        (Some(_), None) => return refuse(RefusalCode::Invalid, "fields", "fill in templates, not texts"),
        (None, Some(id)) => {
            let template = template::get(&tx, id, &["templateId"]).await?;
            let values = values(&tx, &template, &input).await?;
            let content = Content::Template { template: &template, values: &values };
            send(&mut tx, Outgoing { contact_id, ticket_id, content }).await?
        }
        (None, None) => return refuse(RefusalCode::Required, "text", "needs text or templateId"),
        (Some(_), Some(_)) => {
            return refuse(RefusalCode::Invalid, "templateId", "text and templateId exclude each other");
        }
    };
    tx.remember(json!({ "message": message.id }));
    tx.commit().await?;
    Ok(MessageWritten { message, is_replay: false })
}

fn refuse<T>(code: RefusalCode, field: &str, message: &str) -> Result<T> {
    Err(Error::refused(code, &[field], message))
}

/// The answer to a request that was done before: the message as it is now.
pub(super) async fn replayed(tx: &Tx, remembered: &serde_json::Value) -> Result<MessageWritten> {
    let id: MessageId = serde_json::from_value(remembered["message"].clone())?;
    let message = find::in_transaction(tx, id).await?;
    let message = message.ok_or_else(|| Error::Internal("a remembered message is gone".to_owned()))?;
    Ok(MessageWritten { message, is_replay: true })
}

async fn values(tx: &Tx, template: &message_template::Model, input: &MessageSend) -> Result<Values> {
    let known = dynamic_field::known_codes(tx, !input.fields.is_empty()).await?;
    let brought = fields::merged(Fields::new(), &input.fields, &known).map_err(Error::Refused)?;
    let contact = contact::known(tx, input.contact_id, "contactId").await?;
    let ticket = match input.ticket_id {
        Some(id) => Some(ticket::check_of_contact(tx, id, contact.id).await?),
        None => None,
    };
    let sources = Sources {
        contact: Some(&contact),
        ticket: ticket.as_ref(),
        brought: Some(&brought),
        fallbacks: None,
    };
    Values::gather(tx.db(), tx.actor.account_id, sources, &[&Text::parse(&template.body)]).await
}
