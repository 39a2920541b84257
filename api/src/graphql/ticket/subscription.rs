//! Tickets as they change.

use std::sync::Arc;

use async_graphql::{Context, Enum, Result, SimpleObject, Subscription, Union};
use async_stream::stream;
use futures_util::Stream;
use sportello_domain::{
    Actor, Error, Permission,
    filter::{Related, TicketFilter},
    log::{self, Event as DomainEvent, EventCursor as Cursor, EventGroup, Tail, TailItem},
    ticket::TicketSnapshot,
};
use sportello_transport::{EventCursorSlot, ResumeFrom, SlowConsumer};

use crate::graphql::{
    context::{Desk, actor, desk},
    error::to_graphql,
    event::{Event, TicketEvent},
    neighbours::Crowd,
    scalars::EventCursor,
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

/// Nothing is missing up to here.
#[derive(SimpleObject)]
pub struct StreamCheckpoint {
    /// Resume with it as `after`.
    cursor: EventCursor,
}

/// Why a stream cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ResyncReason {
    /// The log no longer reaches back to the cursor.
    CursorExpired,
    /// The client reads too slowly.
    TooSlow,
    /// The database was restored from a backup.
    LogReplaced,
}

/// Read the list again and subscribe with its eventCursor; the stream ends.
#[derive(SimpleObject)]
pub struct ResyncRequired {
    /// Why.
    reason: ResyncReason,
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
        let actor = actor(ctx)?.clone();
        let slot = ctx.data_opt::<EventCursorSlot>().cloned();
        let slow = ctx.data_opt::<SlowConsumer>().cloned();
        // What the browser remembers is newer than what the document says.
        let after =
            ctx.data_opt::<ResumeFrom>().map(|resume| resume.0.clone()).or(after.map(|after| after.0));
        let follower = Follower::new(desk(ctx), actor, filter, after.as_deref()).await.map_err(to_graphql)?;
        Ok(follow(follower, slot, slow))
    }
}

fn follow(
    mut follower: Follower,
    slot: Option<EventCursorSlot>,
    slow: Option<SlowConsumer>,
) -> impl Stream<Item = Result<TicketStreamItem>> {
    stream! {
        loop {
            let step = match &slow {
                Some(slow) => tokio::select! {
                    step = follower.step() => step,
                    () = slow.noticed() => Ok(Step::Resync(ResyncReason::TooSlow)),
                },
                None => follower.step().await,
            };
            let items = match step {
                Ok(Step::Items(items)) => items,
                Ok(Step::Resync(reason)) => {
                    yield Ok(TicketStreamItem::ResyncRequired(ResyncRequired { reason }));
                    return;
                }
                Err(error) => {
                    yield Err(to_graphql(error));
                    return;
                }
            };
            for (cursor, item) in items {
                if let Some(slot) = &slot {
                    slot.set(cursor.to_string());
                }
                yield Ok(item);
            }
        }
    }
}

enum Step {
    Items(Vec<(Cursor, TicketStreamItem)>),
    Resync(ResyncReason),
}

/// One client's way through the log.
struct Follower {
    actor: Actor,
    filter: TicketFilter,
    tail: Tail,
    /// The directory must be at least as new as this, to show what an event points at.
    directory_sequence: i64,
    /// What others who are shown the same event have found already.
    crowd: Crowd,
    /// Set when the first step is to say something other than events.
    opening: Option<Opening>,
}

enum Opening {
    Replay,
    Checkpoint,
    Resync(ResyncReason),
}

impl Follower {
    async fn new(
        desk: &Desk,
        actor: Actor,
        filter: Option<TicketWhere>,
        after: Option<&str>,
    ) -> sportello_domain::Result<Self> {
        actor.require(Permission::ReadTickets)?;
        let store = &desk.store;
        let filter = match filter {
            Some(filter) => filter.into_filter(&actor, store.now(), &["where"])?,
            None => TicketFilter::All,
        };
        filter.require_live()?;
        let head = store.head(actor.account_id).await?;
        let here = Cursor { account_id: actor.account_id, epoch: head.epoch, sequence: head.sequence };
        let (position, opening) = match after {
            None => (here, Opening::Checkpoint),
            Some(text) => {
                let cursor = Cursor::parse(actor.account_id, text)?;
                match store.log().check(store, &head, cursor).await {
                    Ok(()) => (cursor, Opening::Replay),
                    Err(Error::CursorExpired) => (here, Opening::Resync(ResyncReason::CursorExpired)),
                    Err(Error::LogReplaced) => (here, Opening::Resync(ResyncReason::LogReplaced)),
                    Err(error) => return Err(error),
                }
            }
        };
        let tail = Tail::new(store.clone(), position);
        let (directory_sequence, crowd) = (head.directory_sequence, desk.crowd.clone());
        Ok(Self { actor, filter, tail, directory_sequence, crowd, opening: Some(opening) })
    }

    async fn step(&mut self) -> sportello_domain::Result<Step> {
        let item = match self.opening {
            Some(Opening::Resync(reason)) => return Ok(Step::Resync(reason)),
            Some(Opening::Checkpoint) => TailItem::CaughtUp(self.tail.position()),
            Some(Opening::Replay) => self.tail.replay().await?,
            None => self.tail.next().await?,
        };
        match item {
            TailItem::Events(events) => self.items(events).map(Step::Items),
            TailItem::CaughtUp(cursor) | TailItem::Quiet(cursor) => {
                self.opening = None;
                let checkpoint = StreamCheckpoint { cursor: cursor.to_string().into() };
                Ok(Step::Items(vec![(cursor, TicketStreamItem::StreamCheckpoint(checkpoint))]))
            }
        }
    }

    fn items(
        &mut self,
        events: Vec<Arc<DomainEvent>>,
    ) -> sportello_domain::Result<Vec<(Cursor, TicketStreamItem)>> {
        let mut items = Vec::new();
        for event in events {
            if EventGroup::is_in_directory(event.r#type) {
                self.directory_sequence = self.directory_sequence.max(event.sequence);
            }
            let cursor = event.cursor();
            items.extend(self.item(event)?.map(|item| (cursor, item)));
        }
        Ok(items)
    }

    fn item(&self, event: Arc<DomainEvent>) -> sportello_domain::Result<Option<TicketStreamItem>> {
        let Some(event) = log::seen_by(&self.actor, &event) else { return Ok(None) };
        let cursor = || event.cursor().to_string().into();
        let neighbours = || self.crowd.neighbours(&event, self.directory_sequence);
        Ok(match EventGroup::of(event.r#type) {
            EventGroup::Ticket => self.transition(&event)?.map(|transition| {
                let (cursor, neighbours) = (cursor(), neighbours());
                let event = TicketEvent { event: Arc::clone(&event), neighbours };
                TicketStreamItem::TicketChange(TicketChange { cursor, transition, event })
            }),
            EventGroup::Contact | EventGroup::Taxonomy | EventGroup::User => {
                let (cursor, event) = (cursor(), Event::of(Arc::clone(&event), neighbours()));
                Some(TicketStreamItem::RelatedChange(RelatedChange { cursor, event }))
            }
            EventGroup::Account | EventGroup::Settings => None,
        })
    }

    /// How the ticket moved relative to the filter; None: it matched neither before nor after.
    fn transition(&self, event: &DomainEvent) -> sportello_domain::Result<Option<Transition>> {
        let matches = |ticket: &Arc<TicketSnapshot>| {
            ticket.deleted_at.is_none() && self.filter.matches(ticket, &Related::default())
        };
        let (before, after) = (event.ticket_before()?.is_some_and(matches), matches(event.ticket()?));
        Ok(match (before, after) {
            (false, true) => Some(Transition::Entered),
            (true, true) => Some(Transition::Updated),
            (true, false) => Some(Transition::Left),
            (false, false) => None,
        })
    }
}
