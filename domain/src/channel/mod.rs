//! The WhatsApp number that an account writes from: connected, stopped by a problem, disconnected.

mod connect;
mod disconnect;
mod event;
mod find;
mod stop;

pub use connect::{ConnectChannel, access_token, check, connect};
pub use disconnect::disconnect;
pub use find::{find, find_number};
pub(crate) use find::{of_account, refuse_connected};
pub use stop::{pause, stop};
