//! Views: searches that people keep.

mod inputs;
mod mutation;
mod query;
mod types;

pub use mutation::ViewMutation;
pub use query::ViewQuery;
pub use types::TicketView;
