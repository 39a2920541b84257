//! Messages.

mod connection;
mod inputs;
mod mutation;
mod types;

pub use connection::MessageConnection;
pub use mutation::MessageMutation;
pub use types::Message;
