//! Behaviour of the endpoint, through real sockets.

mod harness;

mod disconnection;
mod events;
mod http;
mod limits;
mod multipart;
mod shutdown;
mod websocket;
mod wire;
