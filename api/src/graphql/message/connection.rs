//! A page of messages.

use async_graphql::{Context, Result, SimpleObject};
use sportello_domain::{
    message::{self, MessageListQuery, MessagePage},
    page::{PageArguments, PageRequest},
};
use sportello_entity::ContactId;

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    message::Message,
    neighbours::Neighbours,
    page::{PageInfo, count},
    scalars::EventCursor,
};

/// A page of a chat's messages, with the place in the log that it was read at.
#[derive(SimpleObject)]
pub struct MessageConnection {
    /// The messages with their page cursors.
    edges: Vec<MessageEdge>,
    /// The messages.
    nodes: Vec<Message>,
    /// Whether there is more on either side.
    page_info: PageInfo,
    /// How many there are in all. Counted only when selected.
    total_count: Option<i32>,
    /// The log position that this page was read at, in the same snapshot: follow chatMessages from there.
    event_cursor: EventCursor,
}

/// One message of a page.
#[derive(SimpleObject)]
pub struct MessageEdge {
    /// Its place in this list: for `after` and `before`.
    cursor: String,
    /// The message.
    node: Message,
}

impl MessageConnection {
    /// A page of the messages with that contact.
    ///
    /// # Errors
    /// FORBIDDEN; BAD_REQUEST and CURSOR_INVALID for the arguments.
    pub async fn of(ctx: &Context<'_>, contact_id: ContactId, arguments: PageArguments) -> Result<Self> {
        let page = PageRequest::new(arguments, PageRequest::NESTED).map_err(to_graphql)?;
        let with_total = ctx.look_ahead().field("totalCount").exists();
        let query = MessageListQuery { contact_id, page, with_total };
        let page = message::messages(store(ctx), actor(ctx)?, &query).await.map_err(to_graphql)?;
        Ok(page.into())
    }
}

impl From<MessagePage> for MessageConnection {
    fn from(page: MessagePage) -> Self {
        let MessagePage { rows, cursors, info, total, event_cursor } = page;
        let neighbours = Neighbours::of_messages(&rows);
        let nodes: Vec<Message> = rows.into_iter().map(|row| Message::new(row, neighbours.clone())).collect();
        let edge = |(cursor, node): (String, &Message)| MessageEdge { cursor, node: node.clone() };
        Self {
            edges: cursors.into_iter().zip(&nodes).map(edge).collect(),
            nodes,
            page_info: info.into(),
            total_count: total.map(count),
            event_cursor: event_cursor.to_string().into(),
        }
    }
}
