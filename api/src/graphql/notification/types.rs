//! A notification.

use std::sync::Arc;

use async_graphql::SimpleObject;
use sportello_domain::notification;

use crate::graphql::{event::Event, neighbours::Neighbours, scalars::EventCursor};

/// Something that an operator is told of: a ticket was opened, changed or given a note, a customer wrote, or a message
/// failed. Nobody is notified of what they did themselves.
#[derive(Clone, SimpleObject)]
pub struct Notification {
    /// Its place in the log: mark as read up to it, or go on with the stream after it.
    cursor: EventCursor,
    /// What happened.
    event: Event,
    /// Whether you have read it, on whatever device.
    is_read: bool,
}

impl Notification {
    /// What was read of it, with what it points at.
    pub fn new(notification: notification::Notification, neighbours: Arc<Neighbours>) -> Self {
        let notification::Notification { event, is_read } = notification;
        Self { cursor: event.cursor().to_string().into(), event: Event::of(event, neighbours), is_read }
    }
}
