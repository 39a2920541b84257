//! Finding and listing chats.

use async_graphql::{Context, ID, Object, Result};
use sportello_domain::{
    chat::{self, ChatListQuery},
    page::{PageArguments, PageRequest},
};

use crate::graphql::{
    chat::{Chat, connection::ChatConnection},
    context::{actor, store},
    error::to_graphql,
    id::named,
};

/// What may be asked of chats.
#[derive(Default)]
pub struct ChatQuery;

#[Object]
impl ChatQuery {
    /// The chat with a contact; null when there is no such contact.
    async fn chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "With whom.")] contact_id: ID,
    ) -> Option<Result<Chat>> {
        Chat::find(ctx, named(&contact_id)).await.transpose()
    }

    /// The inbox: chats in which somebody has written, the latest first.
    async fn chats(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = false, desc = "Only those with messages that nobody has read.")]
        unread_only: bool,
        #[graphql(desc = "Words that must all occur in the contact's name, phone number or e-mail address.")]
        search: Option<String>,
        #[graphql(desc = "How many from the beginning, or after `after`: 25 when absent, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
    ) -> Result<ChatConnection> {
        let arguments = PageArguments { first, after, ..PageArguments::default() };
        let page = PageRequest::new(arguments, PageRequest::DEFAULT).map_err(to_graphql)?;
        let with_total = ctx.look_ahead().field("totalCount").exists();
        let query = ChatListQuery { unread_only, search, page, with_total };
        Ok(chat::chats(store(ctx), actor(ctx)?, &query).await.map_err(to_graphql)?.into())
    }
}
