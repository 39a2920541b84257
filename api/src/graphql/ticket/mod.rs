//! Tickets and their notes.

mod connection;
mod filter;
mod inputs;
mod mutation;
mod note;
pub(crate) mod order;
mod query;
mod subscription;
mod types;

pub use connection::TicketConnection;
pub use filter::{ContactWhere, TicketWhere};
pub use mutation::TicketMutation;
pub use note::TicketNote;
pub use order::TicketOrder;
pub use query::{ListArguments, TicketQuery, contacts_selected, list};
pub use subscription::TicketSubscription;
pub use types::{Ticket, TicketPriority};
