//! Messages as they come, go and arrive.

use std::sync::Arc;

use async_graphql::{Context, ID, Result, Subscription, Union};
use futures_util::Stream;
use sportello_domain::{
    Actor, Error, Permission, chat,
    log::{self, Event, EventGroup},
};
use sportello_entity::ContactId;

use crate::graphql::{
    context::{actor, store},
    crowd::PageNeighbours,
    error::to_graphql,
    event::MessageEvent,
    id::named,
    scalars::EventCursor,
    stream::{Place, ResyncRequired, StreamCheckpoint, follow},
};

/// What a stream of messages tells.
#[derive(Union)]
pub enum ChatStreamItem {
    /// A message was received, taken on, or came further.
    MessageEvent(MessageEvent),
    /// Nothing is missing up to here.
    StreamCheckpoint(StreamCheckpoint),
    /// Read the chat again and subscribe with its eventCursor; the stream ends.
    ResyncRequired(ResyncRequired),
}

/// What can be watched of chats.
#[derive(Default)]
pub struct ChatSubscription;

#[Subscription]
impl ChatSubscription {
    /// Messages of one chat, or of every chat, as they are received, taken on and come further: in log order, none
    /// missing, none twice. With `after` (the eventCursor of a list, or any cursor of this stream) it replays from there
    /// and goes live without a seam; without it, it begins with a checkpoint at the head.
    async fn chat_messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only the chat with this contact; absent: every chat.")] contact_id: Option<ID>,
        #[graphql(desc = "Go on after this place.")] after: Option<EventCursor>,
    ) -> Result<impl Stream<Item = Result<ChatStreamItem>> + use<>> {
        let watch = Watch::new(ctx, contact_id).await?;
        let head = store(ctx).head(watch.actor.account_id).await.map_err(to_graphql)?;
        let place = Place::find(ctx, store(ctx), &head, after).await.map_err(to_graphql)?;
        Ok(follow(place, move |event, page| watch.shown(event, page)))
    }
}

/// What one client watches.
struct Watch {
    actor: Actor,
    contact_id: Option<ContactId>,
}

impl Watch {
    async fn new(ctx: &Context<'_>, contact_id: Option<ID>) -> Result<Self> {
        let actor = actor(ctx)?.clone();
        actor.require(Permission::ReadMessages).map_err(to_graphql)?;
        let contact_id: Option<ContactId> = contact_id.as_ref().map(named);
        if let Some(contact_id) = contact_id {
            let found = chat::find(store(ctx), &actor, contact_id).await.map_err(to_graphql)?;
            let missing = || Error::NotFound("there is no such contact".to_owned());
            found.ok_or_else(missing).map_err(to_graphql)?;
        }
        Ok(Self { actor, contact_id })
    }

    fn shown(
        &self,
        event: &Arc<Event>,
        page: &PageNeighbours<'_>,
    ) -> sportello_domain::Result<Option<ChatStreamItem>> {
        if EventGroup::of(event.r#type) != EventGroup::Message {
            return Ok(None);
        }
        let Some(event) = log::seen_by(&self.actor, event) else { return Ok(None) };
        if let Some(contact_id) = self.contact_id
            && event.message()?.contact_id != contact_id
        {
            return Ok(None);
        }
        let neighbours = page.of(&event);
        Ok(Some(ChatStreamItem::MessageEvent(MessageEvent { event, neighbours })))
    }
}
