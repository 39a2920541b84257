//! A POST's body.

use ::http::{HeaderMap, header};
use axum::body::Body;
use futures_util::StreamExt;

use crate::{
    error::{Cause, Failure},
    options::Limits,
};

/// How much of a body that is too large is read and thrown away, in multiples of the limit: many clients read no
/// answer before they have sent everything.
const DISCARDED: usize = 32;

/// Whether the body is JSON in UTF-8. Forms and plain text are refused: a page of any origin can send those.
pub(super) fn check_type(headers: &HeaderMap) -> Result<(), Failure> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let refused = |message: &str| Err(Failure::new(Cause::ContentType, message));
    let (Some(value), None) = (values.next(), values.next()) else {
        return refused("A POST needs one Content-Type header: application/json.");
    };
    if !value.to_str().is_ok_and(is_json) {
        return refused("The Content-Type must be application/json, in UTF-8.");
    }
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if !encoding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            refused("The body must not have a Content-Encoding.")
        }
        _ => Ok(()),
    }
}

fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let mut charsets = parts.filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    let is_utf8 =
        |charset: &str| charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8");
    essence.eq_ignore_ascii_case("application/json") && charsets.all(is_utf8)
}

/// Reads the whole body, within the limits.
pub(super) async fn read(headers: &HeaderMap, body: Body, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let length =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let is_too_large = length.is_some_and(|length| length > limits.body_bytes as u64);
    if is_too_large && headers.contains_key(header::EXPECT) {
        return Err(too_large(limits));
    }
    let reading = collect(body, limits.body_bytes, is_too_large);
    match tokio::time::timeout(limits.body_time, reading).await {
        Ok(Ok(Some(bytes))) => Ok(bytes),
        Ok(Ok(None)) => Err(too_large(limits)),
        Ok(Err(error)) => Err(Failure::new(Cause::Json, format!("The body broke off: {error}."))),
        Err(_) if is_too_large => Err(too_large(limits)),
        Err(_) => {
            let seconds = limits.body_time.as_secs();
            Err(Failure::new(Cause::SlowBody, format!("The body did not arrive within {seconds} s.")))
        }
    }
}

/// None when it is larger than the limit.
async fn collect(body: Body, limit: usize, mut is_too_large: bool) -> Result<Option<Vec<u8>>, axum::Error> {
    let (mut chunks, mut bytes, mut seen) = (body.into_data_stream(), Vec::new(), 0);
    while let Some(chunk) = chunks.next().await.transpose()? {
        seen += chunk.len();
        is_too_large |= seen > limit;
        if seen > limit * DISCARDED {
            break;
        }
        if is_too_large {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok((!is_too_large).then_some(bytes))
}

fn too_large(limits: &Limits) -> Failure {
    Failure::new(Cause::TooLarge, format!("The body is larger than {} bytes.", limits.body_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_in_utf8() {
        for (content_type, good) in [
            ("application/json", true),
            ("Application/JSON; charset=\"UTF-8\"", true),
            ("application/json;charset=utf8; profile=x", true),
            ("application/json; charset=latin1", false),
            ("text/plain", false),
            ("application/jsonp", false),
            ("multipart/form-data; boundary=x", false),
        ] {
            assert_eq!(is_json(content_type), good, "{content_type}");
        }
    }
}
