//! Answers that have many results: Server-Sent Events and multipart.

mod event_stream;
mod framing;
mod multipart;
mod pump;
mod queue;

pub(crate) use self::{
    framing::Framing,
    pump::{Source, refused, respond},
};
