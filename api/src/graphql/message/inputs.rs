//! What clients send to write messages, and how it becomes a command.

use async_graphql::{ID, InputObject};
use sportello_domain::message::{MessageSend, sandbox::SandboxMessage};

use crate::graphql::{
    contact::{ContactFieldInput, values},
    id::named,
    scalars::{DateTime, PhoneNumber},
};

/// A message to a customer: a text of one's own, or a template.
#[derive(InputObject)]
pub struct MessageSendInput {
    /// To whom.
    contact_id: ID,
    /// The ticket that it is written from: the template is filled in with it.
    ticket_id: Option<ID>,
    /// A text, sent as it is: 1 to 4,096 characters. Only while the service window is open.
    text: Option<String>,
    /// A template, at any time.
    template_id: Option<ID>,
    /// Values for the template's places; they go before the contact's own.
    fields: Option<Vec<ContactFieldInput>>,
    /// Makes a repetition harmless: the same key with the same input sends it once.
    idempotency_key: Option<String>,
}

impl From<MessageSendInput> for MessageSend {
    fn from(input: MessageSendInput) -> Self {
        let MessageSendInput { contact_id, ticket_id, text, template_id, fields, idempotency_key } = input;
        Self {
            contact_id: named(&contact_id),
            ticket_id: ticket_id.as_ref().map(named),
            text,
            template_id: template_id.as_ref().map(named),
            fields: values(fields.unwrap_or_default()),
            idempotency_key,
        }
    }
}

/// What a customer says in the sandbox.
#[derive(InputObject)]
pub struct SandboxMessageReceiveInput {
    /// The customer's number; an unknown one makes the contact.
    phone: PhoneNumber,
    /// What the customer calls themselves; a name from outside is cleaned and cut instead of refused.
    name: Option<String>,
    /// What they say, or the label of the button they press: 1 to 4,096 characters.
    text: String,
    /// What the pressed button carries: 1 to 256 characters.
    button_payload: Option<String>,
    /// The template whose button is pressed.
    template_id: Option<ID>,
    /// When they say it; now, when absent. The service window counts from then.
    sent_at: Option<DateTime>,
    /// Makes a repetition harmless: the same key with the same input does it once.
    idempotency_key: Option<String>,
}

impl From<SandboxMessageReceiveInput> for SandboxMessage {
    fn from(input: SandboxMessageReceiveInput) -> Self {
        let SandboxMessageReceiveInput {
            phone,
            name,
            text,
            button_payload,
            template_id,
            sent_at,
            idempotency_key,
        } = input;
        Self {
            phone: phone.0,
            name,
            text,
            button_payload,
            template_id: template_id.as_ref().map(named),
            sent_at: sent_at.map(|moment| moment.0),
            idempotency_key,
        }
    }
}
