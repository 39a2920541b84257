//! GraphQL over HTTP, WebSocket, Server-Sent Events and multipart.
//!
//! One [`Endpoint`] serves any [`async_graphql::Executor`] on the path `/graphql`. It negotiates, limits, times,
//! traces and closes; who may ask is decided by a [`Gate`], and what a document may ask by
//! [`Documents`](sportello_document::Documents). It knows nothing of what the schema is about.

mod data;
mod endpoint;
mod error;
mod gate;
mod http;
mod operation;
mod options;
mod response;
mod seats;
mod sharing;
mod shortcut;
mod stream;
mod telemetry;
mod websocket;

pub use crate::{
    data::{EventCursorSlot, RequestId, ResumeFrom, SlowConsumer},
    endpoint::Endpoint,
    gate::{Gate, Rejection, RetryAfter},
    options::{Limits, Options},
    sharing::Company,
    shortcut::Shortcut,
};
