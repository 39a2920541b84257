//! A chat as clients see it.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use sportello_domain::{
    chat,
    page::{PageArguments, PageRequest},
};
use sportello_entity::{ChatId, ContactId};

use crate::graphql::{
    contact::Contact,
    context::{actor, store},
    error::to_graphql,
    message::MessageConnection,
    neighbours::Neighbours,
    scalars::DateTime,
    ticket::{self, ListArguments, TicketConnection, TicketOrder, TicketWhere},
};

/// What was written with one contact. Every contact has a chat, also before anybody has written.
#[derive(Clone)]
pub struct Chat {
    contact_id: ContactId,
    neighbours: Arc<Neighbours>,
}

impl Chat {
    /// The chat with a contact that is there.
    pub fn new(contact_id: ContactId, neighbours: Arc<Neighbours>) -> Self {
        Self { contact_id, neighbours }
    }

    /// The chat with that contact; None when there is no such contact.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read messages.
    pub async fn find(ctx: &Context<'_>, contact_id: ContactId) -> Result<Option<Self>> {
        let found = chat::find(store(ctx), actor(ctx)?, contact_id).await.map_err(to_graphql)?;
        Ok(found.map(Self::from))
    }

    async fn state(&self, ctx: &Context<'_>) -> Result<chat::Chat> {
        self.neighbours.chat(ctx, self.contact_id).await
    }
}

impl From<chat::Chat> for Chat {
    fn from(chat: chat::Chat) -> Self {
        Self::new(chat.contact_id, Neighbours::of_chats(&[chat]))
    }
}

/// What was written with one contact. Every contact has a chat, also before anybody has written.
#[Object]
impl Chat {
    /// Names the chat everywhere.
    pub async fn id(&self) -> ID {
        ChatId(self.contact_id.0).to_string().into()
    }

    /// With whom.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Contact> {
        Contact::get(ctx, &self.neighbours, self.contact_id).await
    }

    /// Whether a text of one's own may be written: WhatsApp takes them for 24 hours after the customer's last message, and
    /// templates at any time.
    async fn service_window(&self, ctx: &Context<'_>) -> Result<ServiceWindow> {
        let window = self.state(ctx).await?.service_window;
        let is_open = window.is_open(store(ctx).now());
        Ok(ServiceWindow { is_open, closes_at: window.closes_at.map(DateTime) })
    }

    /// How many of the customer's messages nobody has read. One shared inbox: chatMarkRead reads them for all operators.
    async fn unread_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(self.state(ctx).await?.unread_count)
    }

    /// When its latest message was written; null when there is none.
    async fn last_message_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.state(ctx).await?.last_message_at.map(DateTime))
    }

    /// Its messages, oldest first; 10 when nothing is said, 100 at most. `last: 20` gives the latest.
    async fn messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`.")] first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<MessageConnection> {
        let arguments = PageArguments { first, after, last, before };
        Box::pin(MessageConnection::of(ctx, self.contact_id, arguments)).await
    }

    /// The contact's tickets that match, in order; 10 when nothing is said, 100 at most.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn tickets(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "What they are searched for: words, \"phrases\", -excluded, begin*, OR, ( ) and terms like status:open."
        )]
        search: Option<String>,
        #[graphql(name = "where", desc = "Only tickets that match.")] filter: Option<TicketWhere>,
        #[graphql(desc = "By what they are sorted.")] order_by: Option<Vec<TicketOrder>>,
        #[graphql(desc = "How many from the beginning, or after `after`.")] first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<TicketConnection> {
        let page = PageArguments { first, after, last, before };
        let arguments = ListArguments { search, filter, order_by, page };
        Box::pin(ticket::list(ctx, arguments, Some(self.contact_id), PageRequest::NESTED)).await
    }
}

/// WhatsApp's customer service window: 24 hours after the customer's last message.
#[derive(SimpleObject)]
pub struct ServiceWindow {
    /// Whether a text of one's own may be written now.
    is_open: bool,
    /// When it closes, or closed; null: the customer never wrote.
    closes_at: Option<DateTime>,
}
