//! Chats: the inbox.

mod connection;
mod mutation;
mod query;
mod subscription;
mod types;

pub use mutation::ChatMutation;
pub use query::ChatQuery;
pub use subscription::ChatSubscription;
pub use types::Chat;
