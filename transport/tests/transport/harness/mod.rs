//! A server with a small schema, and clients for it.

mod gate;
mod schema;
mod server;
mod socket;

pub(crate) use self::{
    schema::TOO_SLOW,
    server::{Server, start, start_with},
    socket::Socket,
};
