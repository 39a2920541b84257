//! Events as clients see them: in a ticket's history, in the log to pull, and in streams.

mod query;
mod types;

pub use query::EventQuery;
pub use types::{Event, EventType, MessageEvent, TicketEvent, TicketEventConnection, TicketEventEdge};
