//! GraphQL over WebSocket: the protocol `graphql-transport-ws`.

mod close;
mod connection;
mod handshake;
mod message;
mod operations;
mod outlet;
mod phase;
mod session;

pub(crate) use self::{
    handshake::{is_upgrade, upgrade},
    outlet::{Outlet, put_text},
};
