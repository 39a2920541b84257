//! Messages: taken on, sent, received, and followed on their way.

mod deliver;
mod erase;
mod event;
mod find;
mod list;
pub mod receive;
pub mod sandbox;
pub mod send;
mod snapshot;
mod status;
mod write;

pub use deliver::run_due;
pub(crate) use erase::erase;
pub use find::{find, get};
pub use list::{MessageListQuery, MessagePage, messages};
pub use receive::{Incoming, receive};
pub use send::{Content, Outgoing, send};
pub use snapshot::{MessageFailure, MessageMedia, MessageSnapshot};
pub use write::{MessageSend, MessageWritten, write};
