//! Following the log: pages from a cursor, then live, without a seam.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    Result,
    filter::TicketFilter,
    live::{Lookout, Sighting},
    log::{Event, EventCursor, Heard},
    store::Store,
};

/// How long a follower hears nothing before it is told where it stands.
const QUIET: Duration = Duration::from_secs(30);

/// One follower of one account's log. It holds a place and reads on from it; hints only wake it.
pub struct Tail {
    store: Store,
    position: EventCursor,
    head: watch::Receiver<Heard>,
    /// Of events on tickets only those that concern this filter are waited for.
    filter: Option<Arc<TicketFilter>>,
    lookout: Option<Lookout>,
}

/// What a follower is given next.
pub enum TailItem {
    /// Events in log order, and whether they reach the head.
    Events(Vec<Arc<Event>>),
    /// Nothing more for now: the follower stands at the head.
    CaughtUp(EventCursor),
    /// Thirty seconds went by without an event.
    Quiet(EventCursor),
}

impl Tail {
    /// Follows from right after the cursor.
    pub fn new(store: Store, position: EventCursor) -> Self {
        let head = store.heads().watch(position.account_id);
        Self { store, position, head, filter: None, lookout: None }
    }

    /// The same, once it has caught up, without what cannot concern who watches tickets by this filter: events on tickets
    /// that match neither before nor after, on messages, and on what messages go out by.
    #[must_use]
    pub fn watching(self, filter: Arc<TicketFilter>) -> Self {
        Self { filter: Some(filter), ..self }
    }

    /// Where it stands.
    pub fn position(&self) -> EventCursor {
        self.position
    }

    /// Reads what is there already: events, or the word that it has caught up.
    ///
    /// # Errors
    /// LOG_REPLACED, or what the database answers.
    pub async fn replay(&mut self) -> Result<TailItem> {
        // A head that was heard of and lies not past the place needs no look: what comes later wakes the wait. Registered
        // before reading: what is committed after the read wakes it, too.
        let heard = *self.head.borrow_and_update();
        if !heard.may_go_past(self.position)? {
            return Ok(TailItem::CaughtUp(self.position));
        }
        // Boxed: whoever follows waits most of the time, and should not hold the room that a reading takes.
        let events = Box::pin(self.store.log().page(&self.store, self.position)).await?;
        match events.last() {
            Some(last) => {
                self.position = last.cursor();
                Ok(TailItem::Events(events))
            }
            None => {
                // Whoever else stands here need not look.
                self.store.heads().reaches(self.position.account_id, self.position.sequence);
                Ok(TailItem::CaughtUp(self.position))
            }
        }
    }

    /// Waits for the next events.
    ///
    /// # Errors
    /// LOG_REPLACED, or what the database answers.
    pub async fn next(&mut self) -> Result<TailItem> {
        loop {
            if let (Some(filter), None) = (&self.filter, &self.lookout) {
                self.lookout = self.store.boards().look_out(&self.store, self.position, filter);
            }
            // Who is behind the others reads the log alone.
            let Some(lookout) = &self.lookout else { return self.next_alone().await };
            match tokio::time::timeout(QUIET, lookout.next(&self.store)).await {
                Ok(sighting) => match sighting? {
                    Sighting::Events(events) => {
                        self.position = events.last().map_or(self.position, |last| last.cursor());
                        return Ok(TailItem::Events(events));
                    }
                    Sighting::Behind => self.lookout = None,
                },
                Err(_) => {
                    self.position = lookout.position().unwrap_or(self.position);
                    return Ok(TailItem::Quiet(self.position));
                }
            }
        }
    }

    async fn next_alone(&mut self) -> Result<TailItem> {
        loop {
            if let events @ TailItem::Events(_) = self.replay().await? {
                return Ok(events);
            }
            if tokio::time::timeout(QUIET, self.store.moves(&mut self.head)).await.is_err() {
                return Ok(TailItem::Quiet(self.position));
            }
        }
    }
}
