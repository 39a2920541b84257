//! Taking a message to a customer on: for operators, keys and automations alike.

use sea_orm::{EntityTrait, IntoActiveModel};
use sportello_entity::{
    ChatId, ContactId, TicketId, contact, message, message_template,
    value::{EventType, MessageDirection, MessageKind, MessageStatus},
};

use super::{deliver, event};
use crate::{
    Error, Refusal, RefusalCode, RefusalDetail, Result,
    chat::{self, Activity},
    contact as contacts,
    dynamic_field::{Text, Values},
    search,
    store::Tx,
    text, ticket,
};

/// A message to a customer.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// To whom.
    pub contact_id: ContactId,
    /// The ticket that it is written from.
    pub ticket_id: Option<TicketId>,
    /// What it says.
    pub content: Content<'a>,
}

/// What a message says.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// This text, as it is: only while the customer's service window is open.
    Text(&'a str),
    /// A template, at any time, filled in with these values.
    Template {
        /// Which.
        template: &'a message_template::Model,
        /// What its places are filled in with.
        values: &'a Values,
    },
}

/// Takes the message on, as the transaction's actor: MESSAGE_SENT. It goes out once the transaction is committed, and the
/// contact's tickets that nobody had answered yet have their first response.
///
/// # Errors
/// Refusals at the fields of the contract's `MessageSendInput`: NOT_FOUND, CONTACT_UNREACHABLE, SERVICE_WINDOW_CLOSED,
/// MISSING_DYNAMIC_FIELD, and what is wrong with the text. Then nothing was written.
pub async fn send(tx: &mut Tx, outgoing: Outgoing<'_>) -> Result<message::Model> {
    // Tickets are locked before contacts and chats, as everywhere.
    let unanswered = ticket::lock_unanswered(tx, outgoing.contact_id).await?;
    let contact = contacts::locked(tx, Some(outgoing.contact_id), "contactId").await?;
    if let Some(ticket_id) = outgoing.ticket_id {
        ticket::check_of_contact(tx, ticket_id, contact.id).await?;
    }
    let (message, parameters) = build(tx, &contact, outgoing).await?;
    ticket::mark_answered(tx, unanswered).await?;
    let activity = Activity { at: message.created_at, is_inbound: false, is_unread: false };
    chat::note_activity(tx, contact.id, activity).await?;
    message::Entity::insert(message.clone().into_active_model()).exec_without_returning(tx.db()).await?;
    search::index_message(tx, &message);
    deliver::queue(tx, &message, parameters.as_deref()).await?;
    tx.record(event::new(EventType::MessageSent, &message)?);
    Ok(message)
}

/// The message, and what its template's places are filled in with.
async fn build(
    tx: &Tx,
    contact: &contact::Model,
    outgoing: Outgoing<'_>,
) -> Result<(message::Model, Option<Vec<String>>)> {
    refuse_unreachable(contact)?;
    let (kind, template_id, body, parameters) = match outgoing.content {
        Content::Text(body) => {
            let body = text::MESSAGE.check(body, &["text"])?;
            refuse_closed_window(tx, contact.id).await?;
            (MessageKind::Text, None, body, None)
        }
        Content::Template { template, values } => {
            let (body, parameters) = filled(template, values)?;
            (MessageKind::Template, Some(template.id), body, Some(parameters))
        }
    };
    let author = tx.actor.reference();
    let message = message::Model {
        id: tx.new_id(),
        account_id: tx.actor.account_id,
        chat_id: ChatId(contact.id.0),
        direction: MessageDirection::Outbound,
        kind,
        body,
        button_payload: None,
        media_mime_type: None,
        media_file_name: None,
        template_id,
        author_kind: author.kind,
        author_id: author.id,
        ticket_id: outgoing.ticket_id,
        status: MessageStatus::Queued,
        status_changed_at: tx.now(),
        failure_code: None,
        failure_message: None,
        failure_is_retryable: None,
        provider_id: None,
        is_muted: false,
        created_at: tx.now(),
    };
    Ok((message, parameters))
}

/// The template's text as the customer reads it, and what its places are filled in with, in their order.
fn filled(template: &message_template::Model, values: &Values) -> Result<(String, Vec<String>)> {
    if template.is_archived {
        let message = "this template is archived: bring it back, or take another";
        return Err(Error::refused(RefusalCode::Invalid, &["templateId"], message));
    }
    let (text, values) = (Text::parse(&template.body), values.on_one_line());
    let body = text.render(&values).map_err(|missing| Error::Refused(missing.refusals(&["fields"])))?;
    let parameter = |code: &str| values.get(code).unwrap_or_default().to_owned();
    let parameters = text.placeholders().map(|placeholder| parameter(&placeholder.code)).collect();
    Ok((text::MESSAGE.check(&body, &["fields"])?, parameters))
}

fn refuse_unreachable(contact: &contact::Model) -> Result<()> {
    let has_address = contact.phone.is_some() || contact.whatsapp_user_id.is_some();
    if has_address && !contact.is_erased {
        return Ok(());
    }
    let message = match contact.is_erased {
        true => "this contact was erased",
        false => "this contact has neither a phone number nor a WhatsApp user id: give it one",
    };
    Err(Error::refused(RefusalCode::ContactUnreachable, &["contactId"], message))
}

async fn refuse_closed_window(tx: &Tx, contact_id: ContactId) -> Result<()> {
    let window = chat::read(tx.db(), tx.actor.account_id, contact_id).await?.service_window;
    if window.is_open(tx.now()) {
        return Ok(());
    }
    let message = "the customer has not written for 24 hours: WhatsApp takes only templates until they do";
    let mut refusal = Refusal::new(RefusalCode::ServiceWindowClosed, &["text"], message);
    refusal.detail = RefusalDetail::ServiceWindow(window.closes_at);
    Err(refusal.into())
}
