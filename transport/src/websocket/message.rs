//! The protocol's messages.

use async_graphql::ServerError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::close::Close;
use crate::{operation::Parameters, response::Payload};

/// The longest operation id, in bytes. It is held for the operation and repeated in each of its messages.
const ID_LENGTH: usize = 256;

/// What a client says.
#[derive(Debug)]
pub(super) enum ClientMessage {
    Init(Map<String, Value>),
    Ping(Option<Value>),
    Pong,
    Subscribe { id: String, parameters: Parameters },
    Complete { id: String },
}

/// What the server says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage<'a> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Value>,
    },
    Next {
        id: &'a str,
        payload: &'a Payload,
    },
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    Complete {
        id: &'a str,
    },
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    id: Option<Value>,
    payload: Option<Value>,
}

impl ClientMessage {
    /// Reads a text message; what is wrong with one closes the socket.
    pub(super) fn parse(text: &str) -> Result<Self, Close> {
        let envelope: Envelope = serde_json::from_str(text)
            .map_err(|error| Close::invalid(format!("Not a message with a type, in JSON: {error}")))?;
        let Envelope { kind, id, payload } = envelope;
        match kind.as_str() {
            "connection_init" => Ok(Self::Init(object(payload)?.unwrap_or_default())),
            "ping" => Ok(Self::Ping(object(payload)?.map(Value::Object))),
            "pong" => object(payload).map(|_| Self::Pong),
            "subscribe" => {
                let id = identifier(id)?;
                let payload = payload.ok_or_else(|| Close::invalid("A subscribe message needs a payload"))?;
                let parameters = Parameters::from_value(payload).map_err(|failure| {
                    Close::invalid(
                        failure.errors.into_iter().next().map_or_else(String::new, |error| error.message),
                    )
                })?;
                Ok(Self::Subscribe { id, parameters })
            }
            "complete" => Ok(Self::Complete { id: identifier(id)? }),
            _ => Err(Close::invalid("Unknown message type")),
        }
    }
}

fn object(payload: Option<Value>) -> Result<Option<Map<String, Value>>, Close> {
    match payload {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(Close::invalid("The payload must be an object")),
    }
}

fn identifier(id: Option<Value>) -> Result<String, Close> {
    match id {
        Some(Value::String(id)) if !id.is_empty() && id.len() <= ID_LENGTH => Ok(id),
        _ => Err(Close::invalid(format!("The id must be a string of 1 to {ID_LENGTH} bytes"))),
    }
}

impl ServerMessage<'_> {
    pub(super) fn write(&self) -> Utf8Bytes {
        serde_json::to_string(self).expect("messages have only string keys").into()
    }

    /// What stands before the payload in a `next` message; a `}` stands behind it.
    pub(super) fn before_payload(id: &str) -> String {
        let id = serde_json::to_string(id).expect("a text is JSON");
        format!(r#"{{"type":"next","id":{id},"payload":"#)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_message_closes_with_4400() {
        for text in [
            "",
            "{",
            "[]",
            "{}",
            r#"{"type":1}"#,
            r#"{"type":"nope"}"#,
            r#"{"type":"next","id":"1","payload":{}}"#,
            r#"{"type":"connection_init","payload":"x"}"#,
            r#"{"type":"ping","payload":1}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"complete","id":""}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}"#,
        ] {
            assert_eq!(ClientMessage::parse(text).expect_err(text).code(), 4400, "{text}");
        }
    }

    #[test]
    fn server_messages() {
        let written = |message: ServerMessage| message.write().to_string();
        assert_eq!(written(ServerMessage::ConnectionAck), r#"{"type":"connection_ack"}"#);
        assert_eq!(written(ServerMessage::Pong { payload: None }), r#"{"type":"pong"}"#);
        assert_eq!(written(ServerMessage::Complete { id: "\"" }), r#"{"type":"complete","id":"\""}"#);
        let payload = Payload::Executed(Box::default());
        let next = written(ServerMessage::Next { id: "\"", payload: &payload });
        let before = ServerMessage::before_payload("\"");
        assert_eq!(next, format!("{before}{}}}", serde_json::to_string(&payload).expect("JSON")));
    }
}
