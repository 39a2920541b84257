//! Notices: what operators are mailed about tickets. Planned as the log is followed, one row a reader and event, and put
//! into words when they are sent, so that they tell what may still be told.

mod forget;
mod plan;
mod queue;
mod story;
mod unsubscribe;

pub use forget::forget_given_up;
pub use plan::NoticePlanner;
pub(crate) use queue::DUE;
pub use queue::{Hold, claim, release, renew, settle, waiting};
pub use story::{Doer, Happening, Story, story};
pub use unsubscribe::{UnsubscribeTokens, reader, unsubscribe};

use sportello_entity::value::EventType;

use crate::log::Event;

/// What operators are mailed about.
const MAILED: [EventType; 6] = [
    EventType::TicketOpened,
    EventType::TicketUpdated,
    EventType::TicketStatusChanged,
    EventType::TicketDeleted,
    EventType::TicketRestored,
    EventType::NoteAdded,
];

/// Whether operators are mailed about this event.
pub fn is_mailed(event: &Event) -> bool {
    MAILED.contains(&event.r#type) && !event.is_import()
}
