//! The request's id.

use ::http::HeaderMap;
use uuid::Uuid;

use crate::data::RequestId;

/// The longest id of a client's that is taken over, in bytes.
const LENGTH: usize = 128;

/// The client's `x-request-id` where it can stand in a log line, else a new one.
pub(crate) fn request_id(headers: &HeaderMap) -> RequestId {
    let given = headers.get("x-request-id").and_then(|value| value.to_str().ok());
    let is_sane =
        |id: &&str| !id.is_empty() && id.len() <= LENGTH && id.bytes().all(|byte| byte.is_ascii_graphic());
    given.filter(is_sane).map_or_else(new_id, |id| RequestId(id.to_owned()))
}

/// An id that no other request has.
#[expect(
    clippy::disallowed_methods,
    reason = "a request's id is for log lines only: nothing is decided by it"
)]
pub(crate) fn new_id() -> RequestId {
    RequestId(Uuid::now_v7().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_over_only_what_fits_a_log_line() {
        let id = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-request-id", value.parse().expect("a header's value"));
            request_id(&headers).0
        };
        assert_eq!(id("abc-1"), "abc-1");
        for bad in ["", "a b", &"a".repeat(129)] {
            assert!(Uuid::parse_str(&id(bad)).is_ok(), "{bad:?}");
        }
    }
}
