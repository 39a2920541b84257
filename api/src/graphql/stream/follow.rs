//! One client's way through an account's log.

use std::sync::Arc;

use async_graphql::{Context, Result};
use async_stream::stream;
use futures_util::Stream;
use sportello_domain::{
    Error,
    filter::TicketFilter,
    log::{Event, EventCursor as Cursor, EventGroup, Tail, TailItem},
    notification::Reading,
    store::Store,
};
use sportello_entity::log_head;
use sportello_transport::{EventCursorSlot, ResumeFrom, SlowConsumer};

use super::{ResyncReason, ResyncRequired, StreamCheckpoint};
use crate::graphql::{
    context::desk,
    crowd::{Crowd, PageNeighbours},
    error::to_graphql,
    scalars::EventCursor,
};

/// Where a client stands in the log.
pub struct Place {
    tail: Tail,
    /// Set when the first step is to say something other than events.
    opening: Option<Opening>,
    slot: Option<EventCursorSlot>,
    slow: Option<SlowConsumer>,
    reading: Option<Reading>,
    /// What others who are shown the same events have found already.
    crowd: Crowd,
    /// The directory must be at least as new as this, to show what an event points at.
    directory_sequence: i64,
}

enum Opening {
    Replay,
    Checkpoint,
    Resync(ResyncReason),
}

enum Step {
    Events(Vec<Arc<Event>>),
    Checkpoint(Cursor),
    Resync(ResyncReason),
}

impl Place {
    /// The place that the client asks for, in a log whose head is `head`: right after `after`, which a browser that comes
    /// back knows better than its document; without it the head.
    ///
    /// # Errors
    /// CURSOR_INVALID, or what the database answers.
    pub async fn find(
        ctx: &Context<'_>,
        store: &Store,
        head: &log_head::Model,
        after: Option<EventCursor>,
    ) -> sportello_domain::Result<Self> {
        let resumed = ctx.data_opt::<ResumeFrom>().map(|resume| resume.0.clone());
        let after = resumed.or(after.map(|after| after.0));
        let account_id = head.account_id;
        let here = Cursor { account_id, epoch: head.epoch, sequence: head.sequence };
        let (position, opening) = match after {
            None => (here, Opening::Checkpoint),
            Some(text) => {
                let cursor = Cursor::parse(account_id, &text)?;
                match store.log().check(store, head, cursor).await {
                    Ok(()) => (cursor, Opening::Replay),
                    Err(Error::CursorExpired) => (here, Opening::Resync(ResyncReason::CursorExpired)),
                    Err(Error::LogReplaced) => (here, Opening::Resync(ResyncReason::LogReplaced)),
                    Err(error) => return Err(error),
                }
            }
        };
        // The head is newer than what was heard of: nobody is told to have caught up before.
        store.heads().reaches(account_id, head.sequence);
        Ok(Self {
            tail: Tail::new(store.clone(), position),
            opening: Some(opening),
            slot: ctx.data_opt::<EventCursorSlot>().cloned(),
            slow: ctx.data_opt::<SlowConsumer>().cloned(),
            reading: None,
            crowd: desk(ctx).crowd.clone(),
            directory_sequence: head.directory_sequence,
        })
    }

    /// The same without what cannot concern who watches tickets by this filter.
    #[must_use]
    pub fn watching(self, filter: Arc<TicketFilter>) -> Self {
        Self { tail: self.tail.watching(filter), ..self }
    }

    /// The same with a checkpoint whenever the user has read on.
    #[must_use]
    pub fn while_reading(self, reading: Reading) -> Self {
        Self { reading: Some(reading), ..self }
    }

    async fn step(&mut self) -> sportello_domain::Result<Step> {
        let slow = self.slow.clone();
        match slow {
            Some(slow) => tokio::select! {
                step = self.read_on() => step,
                () = slow.noticed() => Ok(Step::Resync(ResyncReason::TooSlow)),
            },
            None => self.read_on().await,
        }
    }

    /// The next step; while nothing happens, a checkpoint when the user has read on.
    async fn read_on(&mut self) -> sportello_domain::Result<Step> {
        let Some(mut reading) = self.reading.take() else { return self.read().await };
        let step = tokio::select! {
            biased;
            step = self.read() => step,
            () = reading.moved() => Ok(Step::Checkpoint(self.tail.position())),
        };
        self.reading = Some(reading);
        step
    }

    async fn read(&mut self) -> sportello_domain::Result<Step> {
        let item = match self.opening {
            Some(Opening::Resync(reason)) => return Ok(Step::Resync(reason)),
            Some(Opening::Checkpoint) => TailItem::CaughtUp(self.tail.position()),
            Some(Opening::Replay) => self.tail.replay().await?,
            None => self.tail.next().await?,
        };
        Ok(match item {
            TailItem::Events(events) => Step::Events(events),
            TailItem::CaughtUp(cursor) | TailItem::Quiet(cursor) => {
                self.opening = None;
                Step::Checkpoint(cursor)
            }
        })
    }

    /// What these events point at.
    fn neighbours(&mut self, events: &[Arc<Event>]) -> PageNeighbours<'_> {
        let in_directory = events.iter().rev().find(|event| EventGroup::is_in_directory(event.r#type));
        let sequence = in_directory.map_or(0, |event| event.sequence);
        self.directory_sequence = self.directory_sequence.max(sequence);
        self.crowd.page(self.directory_sequence)
    }

    /// Says where the stream stands after the item that comes next, and whether another is there already.
    fn stand(&self, cursor: Cursor, is_followed: bool) {
        if let Some(slot) = &self.slot {
            slot.set(cursor.to_string(), cursor.sequence.unsigned_abs(), self.opening.is_none());
            if is_followed {
                slot.set_followed();
            }
        }
    }
}

/// The stream from that place on: what `show` makes of each event, and checkpoints, until the client has to read anew.
/// `show` asks for what the event points at if it shows that.
pub fn follow<T>(
    mut place: Place,
    show: impl Fn(&Arc<Event>, &PageNeighbours<'_>) -> sportello_domain::Result<Option<T>>,
) -> impl Stream<Item = Result<T>>
where
    T: From<StreamCheckpoint> + From<ResyncRequired>,
{
    stream! {
        loop {
            match place.step().await {
                Ok(Step::Events(events)) => {
                    let mut shown = shown(events, &mut place, &show);
                    while let Some((cursor, item)) = shown.next() {
                        match item {
                            Ok(item) => {
                                place.stand(cursor, shown.len() > 0);
                                yield Ok(item);
                            }
                            Err(error) => {
                                yield Err(to_graphql(error));
                                return;
                            }
                        }
                    }
                }
                Ok(Step::Checkpoint(cursor)) => {
                    place.stand(cursor, false);
                    yield Ok(StreamCheckpoint { cursor: cursor.to_string().into() }.into());
                }
                Ok(Step::Resync(reason)) => {
                    yield Ok(ResyncRequired { reason }.into());
                    return;
                }
                Err(Error::LogReplaced) => {
                    yield Ok(ResyncRequired { reason: ResyncReason::LogReplaced }.into());
                    return;
                }
                Err(error) => {
                    yield Err(to_graphql(error));
                    return;
                }
            }
        }
    }
}

/// What is shown of these events, each with where the stream stands after it.
fn shown<T>(
    events: Vec<Arc<Event>>,
    place: &mut Place,
    show: &impl Fn(&Arc<Event>, &PageNeighbours<'_>) -> sportello_domain::Result<Option<T>>,
) -> std::vec::IntoIter<(Cursor, sportello_domain::Result<T>)> {
    let neighbours = place.neighbours(&events);
    let shown = events.into_iter().filter_map(|event| {
        let cursor = event.cursor();
        show(&event, &neighbours).transpose().map(|item| (cursor, item))
    });
    shown.collect::<Vec<_>>().into_iter()
}
