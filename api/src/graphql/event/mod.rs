//! Events as clients see them: in a ticket's history, in the log to pull, and in streams.

mod query;
mod types;

pub use query::EventQuery;
pub use types::{ContactEvent, Event, EventType, SettingsEvent, TicketEvent, TicketEventConnection, TicketEventEdge};
