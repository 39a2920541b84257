//! Presence: which users have a ticket open, and who of them is typing. It is told by rows that each server keeps fresh
//! for its own clients, so that all servers agree, and what a dead server said fades by itself. It is not in the log.

mod enter;
mod keep;
mod rooms;

pub use enter::{Presence, enter};
pub(crate) use keep::look;
pub use rooms::Present;
pub(crate) use rooms::Rooms;
