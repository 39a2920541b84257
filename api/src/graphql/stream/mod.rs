//! What every stream of the log has in common: where it begins, checkpoints, and how it ends.

mod follow;
mod types;

pub use follow::{Place, follow};
pub use types::{ResyncReason, ResyncRequired, StreamCheckpoint};
