//! Everything that an account holds, as lines, as of one moment.

mod line;
mod read;
mod snapshot;

pub use snapshot::{Export, Exported};
