//! The directory: what is few in an account and pointed at by much (statuses, categories, users, keys), in memory.
//!
//! It is never stale: the head of the log knows the last event that changed it, and every reader reads the head.

mod cache;
mod load;

pub use cache::Directories;
pub use load::Directory;
