//! The log, to pull.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use sportello_domain::{
    Actor, Error,
    log::{self, EventCursor as Cursor},
    store::Store,
};

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    event::{Event, EventType},
    neighbours::Neighbours,
    scalars::EventCursor,
};

const MOST: usize = 100;
/// How many pages of the log one request looks through when few of its events are asked for.
const PAGES_LOOKED_THROUGH: usize = 10;

/// Some of the log.
#[derive(SimpleObject)]
pub struct EventPage {
    /// The events, in log order.
    events: Vec<Event>,
    /// Go on after this; it is past the events that were left out, too.
    cursor: EventCursor,
    /// Whether the log goes on.
    has_more: bool,
}

/// What may be asked of the log.
#[derive(Default)]
pub struct EventQuery;

#[Object]
impl EventQuery {
    /// The log, to pull: events after a cursor (without one: from the beginning), of these types (none named: all).
    /// Events that you may not see are left out.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Go on after this place.")] after: Option<EventCursor>,
        #[graphql(desc = "Only these.")] types: Option<Vec<EventType>>,
        #[graphql(desc = "How many at most: 1 to 100.", default = 100)] first: i32,
    ) -> Result<EventPage> {
        let actor = actor(ctx)?;
        pull(store(ctx), actor, after, types, first).await.map_err(to_graphql)
    }
}

async fn pull(
    store: &Store,
    actor: &Actor,
    after: Option<EventCursor>,
    types: Option<Vec<EventType>>,
    first: i32,
) -> sportello_domain::Result<EventPage> {
    let most = usize::try_from(first).ok().filter(|first| (1..=MOST).contains(first));
    let most = most.ok_or_else(|| Error::bad_request(&["first"], "must be from 1 to 100"))?;
    let head = store.head(actor.account_id).await?;
    let mut cursor = match after {
        Some(after) => Cursor::parse(actor.account_id, &after.0)?,
        None => Cursor { account_id: actor.account_id, epoch: head.epoch, sequence: 0 },
    };
    store.log().check(store, &head, cursor).await?;
    let mut events = Vec::new();
    let page = |events: Vec<_>, cursor: Cursor, has_more| {
        let neighbours = Neighbours::of_events(&events);
        let events = events.into_iter().map(|event| Event::of(event, Arc::clone(&neighbours))).collect();
        Ok(EventPage { events, cursor: cursor.to_string().into(), has_more })
    };
    for _ in 0..PAGES_LOOKED_THROUGH {
        if cursor.sequence >= head.sequence {
            return page(events, cursor, false);
        }
        let read = store.log().page(store, cursor).await?;
        for event in read {
            if events.len() == most {
                return page(events, cursor, true);
            }
            cursor = event.cursor();
            let is_asked_for = types.as_ref().is_none_or(|types| types.contains(&event.r#type.into()));
            events.extend(log::seen_by(actor, &event).filter(|_| is_asked_for));
        }
    }
    page(events, cursor, cursor.sequence < head.sequence)
}
