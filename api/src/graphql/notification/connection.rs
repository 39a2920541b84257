//! A page of notifications.

use std::sync::Arc;

use async_graphql::SimpleObject;
use sportello_domain::notification::NotificationPage;

use super::Notification;
use crate::graphql::{
    neighbours::Neighbours,
    page::{PageInfo, count},
    scalars::EventCursor,
};

/// A page of notifications, with the place in the log that it was read at.
#[derive(SimpleObject)]
pub struct NotificationConnection {
    /// The notifications with their page cursors.
    edges: Vec<NotificationEdge>,
    /// The notifications, the latest first.
    nodes: Vec<Notification>,
    /// Whether there is more on either side.
    page_info: PageInfo,
    /// How many are unread in all, on this page or not. Counted only when selected.
    unread_count: i32,
    /// The log position that this page was read at, in the same snapshot: follow notifications from there, or mark all
    /// that is here as read with it.
    event_cursor: EventCursor,
}

/// One notification of a page.
#[derive(SimpleObject)]
pub struct NotificationEdge {
    /// Its place in this list: for `after`.
    cursor: String,
    /// The notification.
    node: Notification,
}

impl From<NotificationPage> for NotificationConnection {
    fn from(page: NotificationPage) -> Self {
        let NotificationPage { rows, cursors, info, unread_count, event_cursor } = page;
        let events: Vec<_> = rows.iter().map(|row| Arc::clone(&row.event)).collect();
        let neighbours = Neighbours::of_events(&events);
        let nodes = rows.into_iter().map(|row| Notification::new(row, neighbours.clone()));
        let nodes: Vec<Notification> = nodes.collect();
        let edge = |(cursor, node): (String, &Notification)| NotificationEdge { cursor, node: node.clone() };
        Self {
            edges: cursors.into_iter().zip(&nodes).map(edge).collect(),
            nodes,
            page_info: info.into(),
            unread_count: unread_count.map(count).unwrap_or_default(),
            event_cursor: event_cursor.to_string().into(),
        }
    }
}
