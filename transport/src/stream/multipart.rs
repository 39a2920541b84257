//! Apollo's multipart protocol for subscriptions.
//!
//! A client knows that a part is complete when it sees the delimiter after it. So each part is followed by its
//! delimiter at once, and the next part begins after it.

use async_graphql::ServerError;
use bytes::Bytes;
use serde::Serialize;
use serde_json::json;

/// The first delimiter, and a first heartbeat.
pub(super) fn opening() -> Bytes {
    Bytes::from_static(b"--graphql\r\nContent-Type: application/json\r\n\r\n{}\r\n--graphql")
}

/// An empty part.
pub(super) fn heartbeat() -> Bytes {
    Bytes::from_static(b"\r\nContent-Type: application/json\r\n\r\n{}\r\n--graphql")
}

/// One result.
pub(super) fn payload(result: &impl Serialize) -> Bytes {
    #[derive(Serialize)]
    struct Payload<'a, T> {
        payload: &'a T,
    }
    part(&Payload { payload: result })
}

/// An error of the transport.
pub(super) fn error(errors: &[ServerError]) -> Bytes {
    part(&json!({ "payload": null, "errors": errors }))
}

/// Makes the delimiter that is already there the last one.
pub(super) fn closing() -> Bytes {
    Bytes::from_static(b"--\r\n")
}

fn part(content: &impl Serialize) -> Bytes {
    let mut part = b"\r\nContent-Type: application/json\r\n\r\n".to_vec();
    serde_json::to_writer(&mut part, content).expect("results have only string keys");
    part.extend_from_slice(b"\r\n--graphql");
    part.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_closed_at_once() {
        let whole = [opening(), payload(&json!({"data": 1})), heartbeat(), closing()].concat();
        let whole = String::from_utf8(whole).expect("UTF-8");
        let parts: Vec<_> = whole.split("--graphql").collect();
        assert_eq!(parts.len(), 5);
        assert!(parts[2].ends_with("\r\n\r\n{\"payload\":{\"data\":1}}\r\n"));
        assert_eq!(parts[4], "--\r\n");
    }
}
