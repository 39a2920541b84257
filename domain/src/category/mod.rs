//! Ticket categories.

mod event;
mod find;
mod list;
mod merge;
mod resolve;
mod update;

pub(crate) use find::meant;
pub use list::{CategoryFilter, find, list, meant_in};
pub use merge::{CategoryMerge, merge};
pub use resolve::resolve;
pub use update::{CategoryUpdate, update};
