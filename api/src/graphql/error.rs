//! The one mapping of the domain's errors to answers: top-level errors with a code, and refusals as data.

use async_graphql::{Enum, Error as GraphqlError, ErrorExtensions, Interface, SimpleObject};
use sportello_domain::{Error, FieldChange as DomainChange, Refusal, RefusalCode, RefusalDetail};

use crate::graphql::scalars::DateTime;

/// A top-level error with `extensions.code`, and where it helps `extensions.inputPath`, `retryAfterSeconds` and
/// `problems`. Causes stay here: the client learns that something went wrong, the log what.
pub fn to_graphql(error: Error) -> GraphqlError {
    let message = public_message(&error);
    GraphqlError::new(message).extend_with(|_, extensions| {
        extensions.set("code", code(&error));
        match &error {
            Error::BadRequest { path, .. } | Error::FilterNotLive { path, .. } if !path.is_empty() => {
                extensions.set("inputPath", path.clone());
            }
            Error::RateLimited(pause) => extensions.set("retryAfterSeconds", pause.as_secs().max(1)),
            Error::SearchInvalid(problems) => {
                let problems = problems.iter().map(|problem| {
                    async_graphql::value!({
                        "message": problem.message.clone(),
                        "offset": problem.offset,
                        "length": problem.length,
                    })
                });
                extensions.set("problems", problems.collect::<Vec<_>>());
            }
            _ => {}
        }
    })
}

fn public_message(error: &Error) -> String {
    match error {
        Error::Internal(cause) => {
            tracing::error!(error = %cause, "a request met a fault of ours");
            "something went wrong on our side; it was logged with this request's id".to_owned()
        }
        Error::Unavailable(cause) => {
            tracing::error!(error = %cause, "the database does not answer");
            error.to_string()
        }
        Error::Refused(refusals) => {
            refusals.first().map(|refusal| refusal.message.clone()).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::Forbidden(_) => "FORBIDDEN",
        Error::NotFound(_) => "NOT_FOUND",
        Error::Refused(_) | Error::BadRequest { .. } => "BAD_REQUEST",
        Error::CursorInvalid(_) => "CURSOR_INVALID",
        Error::CursorExpired | Error::LogReplaced => "CURSOR_EXPIRED",
        Error::FilterNotLive { .. } => "FILTER_NOT_LIVE",
        Error::FilterTooComplex(_) => "FILTER_TOO_COMPLEX",
        Error::SearchInvalid(_) => "SEARCH_INVALID",
        Error::RateLimited(_) => "RATE_LIMITED",
        Error::Unauthenticated(_) => "UNAUTHENTICATED",
        Error::Unavailable(_) => "UNAVAILABLE",
        Error::Internal(_) => "INTERNAL",
    }
}

/// Parts what a payload shows from what ends the request: a refusal is data, everything else a top-level error.
///
/// # Errors
/// Every error that is no refusal.
pub fn settle<T>(result: sportello_domain::Result<T>) -> async_graphql::Result<Result<T, Vec<Refusal>>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Refused(refusals)) => Ok(Err(refusals)),
        Err(error) => Err(to_graphql(error)),
    }
}

/// The refusals as a payload's `userErrors`.
pub fn user_errors(refusals: Vec<Refusal>) -> Vec<UserError> {
    refusals.into_iter().map(UserError::from).collect()
}

/// The id of the entity that a refusal shows: the one in the way, or the one as it is now.
pub fn shown_entity(refusals: &[Refusal]) -> Option<uuid::Uuid> {
    refusals.iter().find_map(|refusal| match refusal.detail {
        RefusalDetail::Existing(id) | RefusalDetail::VersionConflict { id, .. } => Some(id),
        RefusalDetail::None | RefusalDetail::ServiceWindow(_) => None,
    })
}

/// Why an input was refused.
#[derive(Clone, Debug, Interface)]
#[expect(clippy::enum_variant_names, reason = "the names of the contract's types")]
#[graphql(
    field(name = "code", ty = "&UserErrorCode", desc = "What kind of reason, for programs."),
    field(name = "message", ty = "&String", desc = "What is wrong and what to do, for people."),
    field(
        name = "path",
        ty = "&Vec<String>",
        desc = "Where: from the input's field inwards; list indexes in decimal."
    )
)]
pub enum UserError {
    /// Most reasons.
    InputError(InputError),
    /// The version moved on.
    VersionConflictError(VersionConflictError),
    /// The customer's service window is closed.
    ServiceWindowError(ServiceWindowError),
}

/// A reason that needs no more than its sentence.
#[derive(Clone, Debug, SimpleObject)]
pub struct InputError {
    /// What kind of reason, for programs.
    code: UserErrorCode,
    /// What is wrong and what to do, for people.
    message: String,
    /// Where: from the input's field inwards; list indexes in decimal.
    path: Vec<String>,
}

/// The entity was changed since the version that the client saw.
#[derive(Clone, Debug, SimpleObject)]
pub struct VersionConflictError {
    /// VERSION_CONFLICT.
    code: UserErrorCode,
    /// What is wrong and what to do, for people.
    message: String,
    /// `["expectedVersion"]`.
    path: Vec<String>,
    /// The version that the client sent.
    expected_version: i32,
    /// The version that is.
    current_version: i32,
    /// What was changed in between, field by field.
    changes: Vec<FieldChange>,
}

/// WhatsApp's service window is closed: only templates may be sent until the customer writes again.
#[derive(Clone, Debug, SimpleObject)]
pub struct ServiceWindowError {
    /// SERVICE_WINDOW_CLOSED.
    code: UserErrorCode,
    /// What is wrong and what to do, for people.
    message: String,
    /// `["text"]`.
    path: Vec<String>,
    /// When it closed; null: the customer never wrote.
    closed_at: Option<DateTime>,
}

/// A change of one field.
#[derive(Clone, Debug, SimpleObject)]
pub struct FieldChange {
    /// The field's name in this schema, such as `assignee`.
    field: String,
    /// What it was, as a person reads it; null: nothing.
    before: Option<String>,
    /// What it is, as a person reads it; null: nothing.
    after: Option<String>,
}

impl From<DomainChange> for FieldChange {
    fn from(DomainChange { field, before, after }: DomainChange) -> Self {
        Self { field, before, after }
    }
}

impl From<Refusal> for UserError {
    fn from(Refusal { code, message, path, detail }: Refusal) -> Self {
        let code = code.into();
        match detail {
            RefusalDetail::VersionConflict { id: _, expected, current, changes } => {
                let changes = changes.into_iter().map(FieldChange::from).collect();
                Self::VersionConflictError(VersionConflictError {
                    code,
                    message,
                    path,
                    expected_version: expected,
                    current_version: current,
                    changes,
                })
            }
            RefusalDetail::ServiceWindow(closed_at) => {
                let closed_at = closed_at.map(DateTime);
                Self::ServiceWindowError(ServiceWindowError { code, message, path, closed_at })
            }
            RefusalDetail::None | RefusalDetail::Existing(_) => {
                Self::InputError(InputError { code, message, path })
            }
        }
    }
}

/// The kinds of reasons why an input is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "RefusalCode")]
pub enum UserErrorCode {
    /// A value is missing, empty or null where there must be one.
    Required,
    /// The value is not of the right form, or fields exclude each other.
    Invalid,
    /// The text has more characters than are allowed.
    TooLong,
    /// The number, or the number of things, is out of range.
    OutOfRange,
    /// What the input names is not there.
    NotFound,
    /// Another entity has this value already.
    Taken,
    /// Another ticket has this reference already.
    ReferenceTaken,
    /// Something still uses it.
    InUse,
    /// It can never be changed.
    Immutable,
    /// The rules of people: the last owner, an owner touched by an admin.
    Forbidden,
    /// The entity was changed since the version that was sent.
    VersionConflict,
    /// The idempotency key came with another input before.
    IdempotencyKeyReused,
    /// The account has as many of these as it may have.
    LimitReached,
    /// The address and password do not fit.
    InvalidCredentials,
    /// The refresh token is not good any more: sign in again.
    SessionExpired,
    /// The address serves several accounts: say which.
    AccountRequired,
    /// The customer has not written for 24 hours: only templates may be sent.
    ServiceWindowClosed,
    /// There is no address to write to the contact at.
    ContactUnreachable,
    /// No dynamic field has this code.
    UnknownDynamicField,
    /// The code is one of the reserved ones.
    ReservedDynamicField,
    /// A text needs a dynamic field that has no value.
    MissingDynamicField,
    /// Another enabled automation has this exact phrase.
    PhraseTaken,
}
