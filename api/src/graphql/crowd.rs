//! Those who follow the log, and what the events that they are shown point at: a thousand dashboards cost one reading.

use std::{cell::OnceCell, sync::Arc, time::Duration};

use moka::sync::Cache;
use sportello_domain::log::Event;
use sportello_entity::EventId;

use crate::graphql::neighbours::Neighbours;

/// So long the followers of a log may lie apart and still share.
const MOMENT: Duration = Duration::from_secs(2);

/// What live events point at, shared by all who are shown the same event in the same moment.
#[derive(Clone)]
pub struct Crowd {
    recent: Cache<EventId, Arc<Neighbours>>,
}

impl Default for Crowd {
    fn default() -> Self {
        Self { recent: Cache::builder().max_capacity(1_000).time_to_live(MOMENT).build() }
    }
}

impl Crowd {
    /// For who is shown a page of events, the directory being at least as new as `sequence`.
    pub fn page(&self, sequence: i64) -> PageNeighbours<'_> {
        PageNeighbours { crowd: self, sequence, together: OnceCell::new() }
    }
}

/// What the events of a page point at: read together once the first of them asks for it.
pub struct PageNeighbours<'a> {
    crowd: &'a Crowd,
    sequence: i64,
    /// Of those events that nobody else has been shown yet.
    together: OnceCell<Arc<Neighbours>>,
}

impl PageNeighbours<'_> {
    /// What the event points at, as of now.
    pub fn of(&self, event: &Event) -> Arc<Neighbours> {
        self.crowd.recent.get_with(event.id, || {
            let together = self.together.get_or_init(|| Neighbours::since(self.sequence));
            together.expect(event);
            together.clone()
        })
    }
}
