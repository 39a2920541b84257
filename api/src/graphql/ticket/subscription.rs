//! Tickets as they change.

use std::sync::Arc;

use async_graphql::{Context, Enum, Result, SimpleObject, Subscription, Union};
use futures_util::Stream;
use sportello_domain::{
    Actor, Permission,
    filter::TicketFilter,
    live,
    log::{self, Event as DomainEvent, EventGroup},
};
use sportello_entity::log_head;

use crate::graphql::{
    context::{Desk, actor, desk},
    crowd::PageNeighbours,
    error::to_graphql,
    event::{Event, TicketEvent},
    scalars::EventCursor,
    stream::{Place, ResyncRequired, StreamCheckpoint, follow},
    ticket::TicketWhere,
};

/// What a stream of tickets tells.
#[derive(Union)]
pub enum TicketStreamItem {
    /// A ticket that the filter concerns changed.
    TicketChange(TicketChange),
    /// A text that tickets show changed: a status, category, contact or user.
    RelatedChange(RelatedChange),
    /// Nothing is missing up to here.
    StreamCheckpoint(StreamCheckpoint),
    /// Read the list again and subscribe with its eventCursor; the stream ends.
    ResyncRequired(ResyncRequired),
}

/// How a ticket moved relative to the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "sportello_domain::live::Transition")]
pub enum Transition {
    /// It came to match: show it.
    Entered,
    /// It matched before and matches now: show it anew.
    Updated,
    /// It stopped matching: take it away.
    Left,
}

/// A ticket changed.
#[derive(SimpleObject)]
pub struct TicketChange {
    /// Where the stream stands after it: resume with `after`.
    cursor: EventCursor,
    /// How it moved relative to the filter.
    transition: Transition,
    /// What happened.
    event: TicketEvent,
}

/// A status, category, contact or user changed.
#[derive(SimpleObject)]
pub struct RelatedChange {
    /// Where the stream stands after it: resume with `after`.
    cursor: EventCursor,
    /// What happened.
    event: Event,
}

/// What can be watched of tickets.
#[derive(Default)]
pub struct TicketSubscription;

#[Subscription]
impl TicketSubscription {
    /// Tickets that match `where`, as they change: in log order, none missing, none twice. With `after` (a list's
    /// eventCursor, or any cursor of this stream) it replays from there and goes live without a seam; without it, it
    /// begins with a checkpoint at the head. Relative times, and texts of what a ticket points at, are FILTER_NOT_LIVE.
    async fn ticket_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Only tickets that match, as on the list.")] filter: Option<
            TicketWhere,
        >,
        #[graphql(desc = "Go on after this place.")] after: Option<EventCursor>,
    ) -> Result<impl Stream<Item = Result<TicketStreamItem>> + use<>> {
        let watch = Watch::new(desk(ctx), actor(ctx)?.clone(), filter).await.map_err(to_graphql)?;
        let place = Place::find(ctx, &desk(ctx).store, &watch.head, after).await.map_err(to_graphql)?;
        let place = place.watching(watch.filter.clone());
        Ok(follow(place, move |event, page| watch.shown(event, page)))
    }
}

/// What one client watches.
struct Watch {
    actor: Actor,
    filter: Arc<TicketFilter>,
    /// The log's head when the watch began.
    head: log_head::Model,
}

impl Watch {
    async fn new(desk: &Desk, actor: Actor, filter: Option<TicketWhere>) -> sportello_domain::Result<Self> {
        actor.require(Permission::ReadTickets)?;
        let filter = match filter {
            Some(filter) => filter.into_filter(&actor, desk.store.now(), &["where"])?,
            None => TicketFilter::All,
        };
        filter.require_live()?;
        let head = desk.store.head(actor.account_id).await?;
        Ok(Self { actor, filter: Arc::new(filter), head })
    }

    fn shown(
        &self,
        event: &Arc<DomainEvent>,
        page: &PageNeighbours<'_>,
    ) -> sportello_domain::Result<Option<TicketStreamItem>> {
        let Some(event) = log::seen_by(&self.actor, event) else { return Ok(None) };
        let cursor = || event.cursor().to_string().into();
        let neighbours = || page.of(&event);
        Ok(match EventGroup::of(event.r#type) {
            EventGroup::Ticket => live::Transition::of(&self.filter, &event)?.map(|transition| {
                let transition = transition.into();
                let (cursor, neighbours) = (cursor(), neighbours());
                let event = TicketEvent { event: Arc::clone(&event), neighbours };
                TicketStreamItem::TicketChange(TicketChange { cursor, transition, event })
            }),
            EventGroup::Contact | EventGroup::Taxonomy | EventGroup::User => {
                let (cursor, event) = (cursor(), Event::of(Arc::clone(&event), neighbours()));
                Some(TicketStreamItem::RelatedChange(RelatedChange { cursor, event }))
            }
            EventGroup::Account | EventGroup::Message | EventGroup::Messaging | EventGroup::Settings => None,
        })
    }
}
