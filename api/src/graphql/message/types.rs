//! A message as clients see it.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use sportello_domain::{
    Permission,
    message::{self, MessageSnapshot},
};
use sportello_entity::{MessageId, value};

use crate::graphql::{
    actor::{self, Actor},
    chat::Chat,
    context::{actor as asker, desk, store},
    error::to_graphql,
    neighbours::Neighbours,
    scalars::{DateTime, Url},
    template::MessageTemplate,
    ticket::Ticket,
};

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "value::MessageDirection")]
pub enum MessageDirection {
    /// From the customer.
    Inbound,
    /// To the customer.
    Outbound,
}

/// What a message consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "value::MessageKind")]
pub enum MessageKind {
    /// A text.
    Text,
    /// A template that was filled in.
    Template,
    /// A button that was pressed.
    ButtonReply,
    /// A file, perhaps with a text.
    Media,
    /// Something that cannot be shown.
    Unsupported,
}

/// How far a message has come. It only moves forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "value::MessageStatus")]
pub enum MessageStatus {
    /// The customer wrote it.
    Received,
    /// It waits to be sent.
    Queued,
    /// It is on its way.
    Sent,
    /// The customer has it.
    Delivered,
    /// The customer has seen it.
    Read,
    /// It did not arrive.
    Failed,
}

/// A file that came with a message.
#[derive(SimpleObject)]
pub struct MessageMedia {
    /// What kind of file it is, as MIME.
    mime_type: String,
    /// What it is called, if it has a name.
    file_name: Option<String>,
    /// Where it is on this server: signed, good for 5 minutes, fit for <img>. It answers 503 while the file is being
    /// fetched from WhatsApp, and 404 when it cannot be had.
    url: Option<Url>,
}

/// Why a message did not arrive.
#[derive(SimpleObject)]
pub struct MessageFailure {
    /// WhatsApp's code; 0: Sportello's own word.
    code: i32,
    /// In words.
    message: String,
    /// Whether writing it again may work.
    is_retryable: bool,
}

/// A message, either way.
#[derive(Clone)]
pub struct Message {
    state: Arc<MessageSnapshot>,
    neighbours: Arc<Neighbours>,
}

impl Message {
    /// A message in this state, pointing at these.
    pub fn new(state: MessageSnapshot, neighbours: Arc<Neighbours>) -> Self {
        Self { state: Arc::new(state), neighbours }
    }

    /// A message in this state, pointing at what is there now.
    pub fn now(state: MessageSnapshot) -> Self {
        Self::new(state, Neighbours::now())
    }

    /// The message of that id.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read messages.
    pub async fn find(ctx: &Context<'_>, id: MessageId) -> Result<Option<Self>> {
        let found = message::find(store(ctx), asker(ctx)?, id).await.map_err(to_graphql)?;
        Ok(found.map(Self::now))
    }
}

/// A message, either way.
#[Object]
impl Message {
    /// Names the message everywhere.
    pub async fn id(&self) -> ID {
        self.state.id.to_string().into()
    }

    /// The chat that it is in.
    async fn chat(&self) -> Chat {
        Chat::new(self.state.contact_id, self.neighbours.clone())
    }

    /// Which way it goes.
    async fn direction(&self) -> MessageDirection {
        self.state.direction.into()
    }

    /// What it consists of.
    async fn kind(&self) -> MessageKind {
        self.state.kind.into()
    }

    /// What it says, filled in; of a pressed button its label; "" when it says nothing.
    async fn body(&self) -> &str {
        &self.state.body
    }

    /// What the pressed button carries.
    async fn button_payload(&self) -> Option<&str> {
        self.state.button_payload.as_deref()
    }

    /// The file that it brought.
    async fn media(&self, ctx: &Context<'_>) -> Option<MessageMedia> {
        let message::MessageMedia { mime_type, file_name } = self.state.media.clone()?;
        let url = desk(ctx).media_links.to(self.state.id, store(ctx).now());
        Some(MessageMedia { mime_type, file_name, url: Some(url.into()) })
    }

    /// The template that it was made from, or whose button was pressed; null for who may not read templates.
    async fn template(&self, ctx: &Context<'_>) -> Option<Result<MessageTemplate>> {
        let id = self.state.template_id?;
        match asker(ctx) {
            Ok(asker) if !asker.may(Permission::ReadSettings) => None,
            Ok(_) => {
                let found = self.neighbours.template(ctx, id).await;
                found.map(|row| row.map(MessageTemplate::from)).transpose()
            }
            Err(error) => Some(Err(error)),
        }
    }

    /// Who wrote it.
    async fn author(&self, ctx: &Context<'_>) -> Result<Actor> {
        actor::resolve(ctx, &self.neighbours, self.state.author).await
    }

    /// The ticket that it was written from, unless it is deleted; null for who may not read tickets.
    async fn ticket(&self, ctx: &Context<'_>) -> Option<Result<Ticket>> {
        let id = self.state.ticket_id?;
        match asker(ctx) {
            Ok(asker) if !asker.may(Permission::ReadTickets) => None,
            Ok(_) => {
                let found = self.neighbours.ticket(ctx, id).await;
                found.map(|state| state.map(|state| Ticket::new(state, self.neighbours.clone()))).transpose()
            }
            Err(error) => Some(Err(error)),
        }
    }

    /// How far it has come.
    async fn status(&self) -> MessageStatus {
        self.state.status.into()
    }

    /// Why it did not arrive.
    async fn failure(&self) -> Option<MessageFailure> {
        let message::MessageFailure { code, message, is_retryable } = self.state.failure.clone()?;
        Some(MessageFailure { code, message, is_retryable })
    }

    /// When its author wrote it.
    async fn created_at(&self) -> DateTime {
        self.state.created_at.into()
    }

    /// When it came as far as it has.
    async fn status_changed_at(&self) -> DateTime {
        self.state.status_changed_at.into()
    }
}
