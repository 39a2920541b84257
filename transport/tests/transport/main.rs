//! Behaviour of the endpoint, through real sockets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod harness;

mod disconnection;
mod events;
mod http;
mod limits;
mod multipart;
mod observability;
mod sharing;
mod shutdown;
mod websocket;
mod wire;
