//! Ids as clients send them.

use std::str::FromStr;

use async_graphql::{ID, MaybeUndefined};
use sportello_domain::{Change, Refusal, RefusalCode};
use uuid::Uuid;

/// The id, if the text can be one of that kind. What cannot be one names nothing.
pub fn parse<I: FromStr>(id: &ID) -> Option<I> {
    id.as_str().parse().ok()
}

/// The id of an input's field.
///
/// # Errors
/// NOT_FOUND at `path` when the text cannot be an id of that kind.
pub fn required<I: FromStr>(id: &ID, path: &[&str]) -> Result<I, Refusal> {
    parse(id).ok_or_else(|| Refusal::new(RefusalCode::NotFound, path, "this id names nothing of that kind"))
}

/// The same where the field may be absent.
///
/// # Errors
/// NOT_FOUND at `path` when the text cannot be an id of that kind.
pub fn optional<I: FromStr>(id: Option<&ID>, path: &[&str]) -> Result<Option<I>, Refusal> {
    id.map(|id| required(id, path)).transpose()
}

/// The same where absent and null differ.
///
/// # Errors
/// NOT_FOUND at `path` when the text cannot be an id of that kind.
pub fn changed<I: FromStr>(id: MaybeUndefined<ID>, path: &[&str]) -> Result<Change<I>, Refusal> {
    change(id).try_map(|id| required(&id, path))
}

/// Absent, null or given, as the domain says it.
pub fn change<T>(value: MaybeUndefined<T>) -> Change<T> {
    match value {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Clear,
        MaybeUndefined::Value(value) => Change::Set(value),
    }
}

/// The id; for a text that cannot be one of that kind an id that names nothing, so that it reads as missing.
pub fn named<I: FromStr + From<Uuid>>(id: &ID) -> I {
    parse(id).unwrap_or_else(|| Uuid::nil().into())
}
