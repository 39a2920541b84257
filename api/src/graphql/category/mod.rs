//! Ticket categories.

mod inputs;
mod mutation;
mod query;
mod types;

pub use mutation::CategoryMutation;
pub use query::CategoryQuery;
pub use types::TicketCategory;
