//! The sandbox: an operator plays the customer, so that a desk can be tried, and seen working, without WhatsApp.

use serde::Serialize;
use serde_json::json;
use sportello_entity::{TemplateId, Timestamp, value::MessageKind};

use super::{Incoming, MessageWritten, receive, write::replayed};
use crate::{
    Actor, Error, Permission, Refusal, RefusalCode, Result, channel,
    contact::{self, Caller, phone},
    store::{Store, Tx},
    template, text,
};

/// What the customer is to say.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are the contract's")]
pub struct SandboxMessage {
    pub phone: String,
    pub name: Option<String>,
    pub text: String,
    pub button_payload: Option<String>,
    pub template_id: Option<TemplateId>,
    /// When they said it; now, when absent.
    pub sent_at: Option<Timestamp>,
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Plays a customer who writes or presses a button: MESSAGE_RECEIVED by the contact, after CONTACT_CREATED for a new one.
///
/// # Errors
/// FORBIDDEN; refusals: FORBIDDEN while a number is connected, NOT_FOUND for the template, OUT_OF_RANGE for a moment that is still to come, and what is wrong
/// with the input.
pub async fn play(store: &Store, actor: &Actor, input: SandboxMessage) -> Result<MessageWritten> {
    actor.require(Permission::WorkMessages)?;
    let mut tx = store.begin(actor).await?;
    let known = tx.recall("sandboxMessageReceive", input.idempotency_key.as_deref(), &input).await?;
    if let Some(known) = known {
        return replayed(&tx, &known).await;
    }
    channel::refuse_connected(&tx).await?;
    let (phone, incoming) = checked(&tx, &input)?;
    if let Some(id) = input.template_id {
        template::get(&tx, id, &["templateId"]).await?;
    }
    let caller = Caller { phone: Some(phone), name: input.name, ..Caller::default() };
    let contact = contact::meet(&mut tx, caller).await?;
    let message = receive(&mut tx, &contact, incoming).await?;
    let message = message.ok_or_else(|| Error::Internal("a message without a name was known".to_owned()))?;
    tx.remember(json!({ "message": message.id }));
    tx.commit().await?;
    Ok(MessageWritten { message, is_replay: false })
}

fn checked(tx: &Tx, input: &SandboxMessage) -> Result<(String, Incoming)> {
    let phone = phone::normalised(&input.phone, &["phone"]);
    let body = text::MESSAGE.check(&input.text, &["text"]);
    let payload = input.button_payload.as_deref();
    let payload = payload.map(|payload| text::PAYLOAD.check(payload, &["buttonPayload"])).transpose();
    let sent_at = match input.sent_at.unwrap_or(tx.now()) {
        moment if moment > tx.now() => {
            Err(Refusal::new(RefusalCode::OutOfRange, &["sentAt"], "is still to come"))
        }
        moment => Ok(moment),
    };
    match (phone, body, payload, sent_at) {
        (Ok(phone), Ok(body), Ok(button_payload), Ok(sent_at)) => {
            let is_button = button_payload.is_some() || input.template_id.is_some();
            let kind = if is_button { MessageKind::ButtonReply } else { MessageKind::Text };
            let template_id = input.template_id;
            let incoming = Incoming {
                kind,
                body,
                button_payload,
                media: None,
                media_id: None,
                template_id,
                provider_id: None,
                sent_at,
                is_aside: false,
            };
            Ok((phone, incoming))
        }
        (phone, body, payload, sent_at) => {
            let refusals = [phone.err(), body.err(), payload.err(), sent_at.err()];
            Err(Error::Refused(refusals.into_iter().flatten().collect()))
        }
    }
}
