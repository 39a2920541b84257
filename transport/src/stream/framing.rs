//! The two ways to write results one after the other.

use async_graphql::ServerError;
use bytes::Bytes;
use serde::Serialize;

use super::{event_stream, multipart};
use crate::{http::Media, telemetry::Transport};

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    EventStream,
    Multipart,
}

impl Framing {
    /// None for media types that hold one result.
    pub(crate) fn of(media: Media) -> Option<Self> {
        match media {
            Media::EventStream => Some(Framing::EventStream),
            Media::Multipart => Some(Framing::Multipart),
            Media::Json | Media::GraphQl => None,
        }
    }

    pub(super) fn transport(self) -> Transport {
        match self {
            Framing::EventStream => Transport::EventStream,
            Framing::Multipart => Transport::Multipart,
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Framing::EventStream => "text/event-stream; charset=utf-8",
            Framing::Multipart => "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0",
        }
    }

    /// What goes out at once, so that proxies and clients see that the answer has begun.
    pub(super) fn opening(self) -> Bytes {
        match self {
            Framing::EventStream => event_stream::heartbeat(),
            Framing::Multipart => multipart::opening(),
        }
    }

    pub(super) fn heartbeat(self) -> Bytes {
        match self {
            Framing::EventStream => event_stream::heartbeat(),
            Framing::Multipart => multipart::heartbeat(),
        }
    }

    /// One result, or the refusal in its place.
    pub(super) fn result(self, result: &impl Serialize, cursor: Option<&str>) -> Bytes {
        match self {
            Framing::EventStream => event_stream::next(result, cursor),
            Framing::Multipart => multipart::payload(result),
        }
    }

    /// An error that is the transport's, not the operation's; the end comes after it.
    pub(super) fn error(self, errors: &[ServerError]) -> Bytes {
        match self {
            Framing::EventStream => event_stream::next(&crate::response::Refused { errors }, None),
            Framing::Multipart => multipart::error(errors),
        }
    }

    /// The end of the operation.
    pub(super) fn complete(self) -> Bytes {
        match self {
            Framing::EventStream => event_stream::complete(),
            Framing::Multipart => multipart::closing(),
        }
    }

    /// The end of the answer where the operation has not ended, so that the client should come again.
    pub(super) fn interruption(self) -> Bytes {
        match self {
            Framing::EventStream => Bytes::new(),
            Framing::Multipart => multipart::closing(),
        }
    }
}
