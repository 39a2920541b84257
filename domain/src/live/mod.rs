//! Who watches tickets by a filter, and which of them an event concerns: found without asking each one.
//!
//! An account's watchers stand at one board. Whoever of them waits reads the log for all, looks up in the index whose
//! filters could take the event, asks those, and wakes only whom it concerns.

mod anchor;
mod board;
mod index;
mod needles;
mod transition;

pub(crate) use board::{Boards, Lookout, Sighting};
pub use index::Index;
pub use transition::Transition;
