//! GraphQL over Server-Sent Events, in distinct connections: the events `next` and `complete`.

use bytes::Bytes;
use serde::Serialize;

/// One result. `id` is what an EventSource sends back as `Last-Event-ID` when it connects again.
pub(super) fn next(result: &impl Serialize, id: Option<&str>) -> Bytes {
    let mut event = b"event: next\n".to_vec();
    // A line break or NUL would end the id or make the client ignore it.
    if let Some(id) = id.filter(|id| !id.contains(['\n', '\r', '\0'])) {
        event.extend_from_slice(b"id: ");
        event.extend_from_slice(id.as_bytes());
        event.push(b'\n');
    }
    event.extend_from_slice(b"data: ");
    // JSON as serde_json writes it has no line breaks.
    serde_json::to_writer(&mut event, result).expect("results have only string keys");
    event.extend_from_slice(b"\n\n");
    event.into()
}

/// The end. An EventSource hands out no event without data, not even an empty one, hence the line.
pub(super) fn complete() -> Bytes {
    Bytes::from_static(b"event: complete\ndata:\n\n")
}

/// A comment, which clients skip.
pub(super) fn heartbeat() -> Bytes {
    Bytes::from_static(b":\n\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_line_of_data() {
        let event = next(&json!({"data": {"text": "a\nb"}}), Some("c1"));
        assert_eq!(event, "event: next\nid: c1\ndata: {\"data\":{\"text\":\"a\\nb\"}}\n\n");
        assert_eq!(next(&json!(1), Some("a\nb")), "event: next\ndata: 1\n\n");
    }
}
