//! Ticket statuses.

mod inputs;
mod mutation;
mod query;
mod types;

pub use mutation::StatusMutation;
pub use query::StatusQuery;
pub use types::{MacroStatus, TicketStatus};
