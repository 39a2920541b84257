//! Notifications as they come.

use std::sync::Arc;

use async_graphql::{Context, Result, Subscription, Union};
use futures_util::Stream;
use sportello_domain::{
    Actor,
    log::{self, Event},
    notification::{self, Reading},
};

use super::Notification;
use crate::graphql::{
    context::{actor, store},
    crowd::PageNeighbours,
    error::to_graphql,
    scalars::EventCursor,
    stream::{Place, ResyncRequired, StreamCheckpoint, follow},
};

/// What a stream of notifications tells.
#[derive(Union)]
pub enum NotificationStreamItem {
    /// Something happened that you are told of.
    Notification(Notification),
    /// Nothing is missing up to here, or you have read on: read unreadNotificationCount anew.
    StreamCheckpoint(StreamCheckpoint),
    /// Read the list again and subscribe with its eventCursor; the stream ends.
    ResyncRequired(ResyncRequired),
}

/// What can be watched of notifications.
#[derive(Default)]
pub struct NotificationSubscription;

#[Subscription]
impl NotificationSubscription {
    /// Your notifications as they come: in log order, none missing, none twice. With `after` (a list's eventCursor, or
    /// any cursor of this stream) it replays from there and goes live without a seam; without it, it begins with a
    /// checkpoint at the head. A checkpoint also comes when you mark notifications as read, here or on another device:
    /// read the viewer's unreadNotificationCount anew then.
    async fn notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Go on after this place.")] after: Option<EventCursor>,
    ) -> Result<impl Stream<Item = Result<NotificationStreamItem>> + use<>> {
        let (actor, store) = (actor(ctx)?.clone(), store(ctx));
        let reading = notification::reading(store, &actor).await.map_err(to_graphql)?;
        let head = store.head(actor.account_id).await.map_err(to_graphql)?;
        let place = Place::find(ctx, store, &head, after).await.map_err(to_graphql)?;
        let watch = Watch { actor, reading: reading.clone() };
        Ok(follow(place.while_reading(reading), move |event, page| Ok(watch.shown(event, page))))
    }
}

/// What one client watches.
struct Watch {
    actor: Actor,
    reading: Reading,
}

impl Watch {
    fn shown(&self, event: &Arc<Event>, page: &PageNeighbours<'_>) -> Option<NotificationStreamItem> {
        if !notification::is_for(self.reading.user_id, event) {
            return None;
        }
        let event = log::seen_by(&self.actor, event)?;
        let neighbours = page.of(&event);
        let is_read = self.reading.covers(event.sequence);
        let notification = notification::Notification { event, is_read };
        Some(NotificationStreamItem::Notification(Notification::new(notification, neighbours)))
    }
}
