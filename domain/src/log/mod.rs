//! The log: every change as an event, in commit order. What happens because something happened, reads it.

pub(crate) mod append;
mod cursor;
mod event;
mod follow;
mod heads;
mod insertion;
mod memory;
mod read;
mod retention;
mod since;
mod tail;
mod visibility;
pub(crate) mod wake;

pub use cursor::EventCursor;
pub use event::{Event, EventGroup};
pub use follow::{Follower, Round, follow};
pub use heads::{Heads, Heard};
pub use read::Log;
pub use retention::forget_before;
pub(crate) use since::changes_since;
pub use tail::{Tail, TailItem};
pub use visibility::seen_by;
