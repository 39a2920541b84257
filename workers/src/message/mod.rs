//! Messages of sandboxes on their way.

mod sandbox;

pub use sandbox::run_sandboxes;
