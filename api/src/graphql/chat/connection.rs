//! A page of chats.

use async_graphql::SimpleObject;
use sportello_domain::chat::ChatPage;

use crate::graphql::{
    chat::Chat,
    neighbours::Neighbours,
    page::{PageInfo, count},
    scalars::EventCursor,
};

/// A page of chats, with the place in the log that it was read at.
#[derive(SimpleObject)]
pub struct ChatConnection {
    /// The chats with their page cursors.
    edges: Vec<ChatEdge>,
    /// The chats.
    nodes: Vec<Chat>,
    /// Whether there is more on either side.
    page_info: PageInfo,
    /// How many match in all. Counted only when selected.
    total_count: Option<i32>,
    /// The log position that this page was read at, in the same snapshot: follow chatMessages from there.
    event_cursor: EventCursor,
}

/// One chat of a page.
#[derive(SimpleObject)]
pub struct ChatEdge {
    /// Its place in this list: for `after`.
    cursor: String,
    /// The chat.
    node: Chat,
}

impl From<ChatPage> for ChatConnection {
    fn from(page: ChatPage) -> Self {
        let ChatPage { rows, cursors, info, total, event_cursor } = page;
        let neighbours = Neighbours::of_chats(&rows);
        let chat = |chat: sportello_domain::chat::Chat| Chat::new(chat.contact_id, neighbours.clone());
        let nodes: Vec<Chat> = rows.into_iter().map(chat).collect();
        let edge = |(cursor, node): (String, &Chat)| ChatEdge { cursor, node: node.clone() };
        Self {
            edges: cursors.into_iter().zip(&nodes).map(edge).collect(),
            nodes,
            page_info: info.into(),
            total_count: total.map(count),
            event_cursor: event_cursor.to_string().into(),
        }
    }
}
