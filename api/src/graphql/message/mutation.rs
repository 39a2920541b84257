//! Writing messages, and playing the customer.

use async_graphql::{Context, Object, Result, SimpleObject};
use sportello_domain::message::{self, MessageWritten};

use crate::graphql::{
    context::{actor, store},
    error::{UserError, settle, user_errors},
    message::{
        Message,
        inputs::{MessageSendInput, SandboxMessageReceiveInput},
    },
};

/// What came of writing or receiving a message.
#[derive(SimpleObject)]
pub struct MessagePayload {
    /// The message; null when it was refused.
    message: Option<Message>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
    /// Whether an earlier request with the same idempotencyKey did it.
    replayed: bool,
}

/// What may be done with messages.
#[derive(Default)]
pub struct MessageMutation;

#[Object]
impl MessageMutation {
    /// Writes a message to a customer. It is taken on at once; its way is told by chatMessages.
    async fn message_send(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: MessageSendInput,
    ) -> Result<MessagePayload> {
        MessagePayload::of(message::write(store(ctx), actor(ctx)?, input.into()).await)
    }

    /// Plays a customer who writes or presses a button, as long as no WhatsApp number is connected: everything behaves as
    /// if it came from WhatsApp.
    async fn sandbox_message_receive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: SandboxMessageReceiveInput,
    ) -> Result<MessagePayload> {
        MessagePayload::of(message::sandbox::play(store(ctx), actor(ctx)?, input.into()).await)
    }
}

impl MessagePayload {
    fn of(done: sportello_domain::Result<MessageWritten>) -> Result<Self> {
        Ok(match settle(done)? {
            Ok(MessageWritten { message, is_replay }) => Self {
                message: Some(Message::now(message.into())),
                user_errors: Vec::new(),
                replayed: is_replay,
            },
            Err(refusals) => Self { message: None, user_errors: user_errors(refusals), replayed: false },
        })
    }
}
