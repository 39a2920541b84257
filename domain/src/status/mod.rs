//! Ticket statuses.

mod color;
mod counts;
mod create;
mod delete;
mod event;
mod find;
mod key;
mod list;
mod update;

pub use counts::TicketCounts;
pub use create::{StatusCreate, create};
pub use delete::{StatusDelete, delete};
pub(crate) use event::told;
pub(crate) use find::shared;
pub use list::{find, list};
pub use update::{StatusUpdate, update};
