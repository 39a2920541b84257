//! Marking chats as read.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use sportello_domain::chat;

use crate::graphql::{
    chat::Chat,
    context::{actor, store},
    error::{UserError, settle, user_errors},
    id::parse,
};

/// Which chat was read.
#[derive(InputObject)]
pub struct ChatMarkReadInput {
    /// The contact whose chat it is.
    contact_id: ID,
}

/// What came of a change of a chat.
#[derive(SimpleObject)]
pub struct ChatPayload {
    /// The chat right after; null when it was refused.
    chat: Option<Chat>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What may be done to chats.
#[derive(Default)]
pub struct ChatMutation;

#[Object]
impl ChatMutation {
    /// Says that what the customer wrote was read, for all operators. Not in the log.
    async fn chat_mark_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: ChatMarkReadInput,
    ) -> Result<ChatPayload> {
        let done = chat::mark_read(store(ctx), actor(ctx)?, parse(&input.contact_id)).await;
        Ok(match settle(done)? {
            Ok(chat) => ChatPayload { chat: Some(chat.into()), user_errors: Vec::new() },
            Err(refusals) => ChatPayload { chat: None, user_errors: user_errors(refusals) },
        })
    }
}
