//! The WhatsApp number that an account writes from.

mod mutation;
mod query;
mod types;

pub use mutation::ChannelMutation;
pub use query::ChannelQuery;
pub use types::WhatsAppChannel;
