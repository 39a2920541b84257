//! Members of JSON values that others wrote: nothing about them is certain.

use serde_json::Value as Json;

/// The text at a JSON pointer (RFC 6901), numbers as they are written; None for what is missing, empty or no text.
pub(super) fn text(value: &Json, pointer: &str) -> Option<String> {
    let text = match value.pointer(pointer)? {
        Json::String(text) => text.trim().to_owned(),
        Json::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The first of these that is there.
pub(super) fn first_text(value: &Json, pointers: &[&str]) -> Option<String> {
    pointers.iter().find_map(|pointer| text(value, pointer))
}

/// Whether the value there is true.
pub(super) fn is_true(value: &Json, pointer: &str) -> bool {
    value.pointer(pointer).and_then(Json::as_bool).unwrap_or(false)
}

/// The elements of the list there.
pub(super) fn list<'a>(value: &'a Json, pointer: &str) -> &'a [Json] {
    value.pointer(pointer).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}
