//! Messages: taken on, sent, received, and followed on their way.

mod arrive;
mod deliver;
mod erase;
mod event;
mod find;
mod list;
pub mod media;
pub mod outbox;
pub mod receive;
mod report;
pub mod sandbox;
pub mod send;
mod snapshot;
mod status;
mod steps;
mod write;

pub use arrive::arrive;
pub(crate) use deliver::fail_waiting;
pub(crate) use erase::erase;
pub use find::{find, get};
pub use list::{MessageListQuery, MessagePage, messages};
pub use receive::{Incoming, receive};
pub use report::{StatusReport, forget_early_reports, report};
pub use send::{Content, Outgoing, send};
pub use snapshot::{MessageFailure, MessageMedia, MessageSnapshot};
pub use steps::walk_sandboxes;
pub use write::{MessageSend, MessageWritten, write};
