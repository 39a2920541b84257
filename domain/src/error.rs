//! What can go wrong, once for the whole house. The api maps it to answers in one file.

use std::time::Duration;

use sea_orm::{DbErr, RuntimeErr};
use serde::{Deserialize, Serialize};
use sportello_entity::Timestamp;

/// The domain's result.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a command or query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor lacks the role or scope. Said before anything is looked up.
    #[error("{0}")]
    Forbidden(String),
    /// What was named is not there, or not for this actor.
    #[error("{0}")]
    NotFound(String),
    /// The input is understood and refused: data for the client to act on. Never empty.
    #[error("refused: {0:?}")]
    Refused(Vec<Refusal>),
    /// The input cannot be what the client meant: a malformed id, filter, page.
    #[error("{message}")]
    BadRequest {
        /// What is wrong and what to do.
        message: String,
        /// Where: names and list indexes from the argument inwards.
        path: Vec<String>,
    },
    /// The text is no cursor, or one of another account.
    #[error("this is not a cursor of this account: {0}")]
    CursorInvalid(String),
    /// The cursor lies before what the log still keeps.
    #[error(
        "the log no longer reaches back to this cursor: read the current state and go on from its eventCursor"
    )]
    CursorExpired,
    /// The cursor is of a log that a backup has replaced.
    #[error(
        "this cursor is of a log that was replaced: read the current state and go on from its eventCursor"
    )]
    LogReplaced,
    /// The filter asks what an event on the ticket alone cannot decide.
    #[error("{message}")]
    FilterNotLive {
        /// Which part, and why.
        message: String,
        /// Where.
        path: Vec<String>,
    },
    /// The filter has more terms or levels than are allowed.
    #[error("{0}")]
    FilterTooComplex(String),
    /// The search text has mistakes.
    #[error("the search has mistakes")]
    SearchInvalid(Vec<SearchProblem>),
    /// Too many tries.
    #[error("too many tries: try again in {} seconds", .0.as_secs().max(1))]
    RateLimited(Duration),
    /// Who asks is not known, or no more.
    #[error("{0}")]
    Unauthenticated(String),
    /// A part that is needed does not answer. Trying again may help.
    #[error("a part of the desk does not answer: try again")]
    Unavailable(#[source] DbErr),
    /// A fault of ours. The client learns nothing of it, the log everything.
    #[error("internal error: {0}")]
    Internal(String),
}

impl Error {
    /// A single refusal.
    pub fn refused(code: RefusalCode, path: &[&str], message: impl Into<String>) -> Self {
        Self::Refused(vec![Refusal::new(code, path, message)])
    }

    /// A malformed input at `path`.
    pub fn bad_request(path: &[&str], message: impl Into<String>) -> Self {
        Self::BadRequest { message: message.into(), path: path.iter().map(ToString::to_string).collect() }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let is_away = match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
            DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
                is_away(cause)
            }
            _ => false,
        };
        if is_away { Self::Unavailable(error) } else { Self::Internal(format!("database: {error}")) }
    }
}

/// What PostgreSQL says while it goes away and comes back: appendix A, class 57.
const GOES_AWAY: [&str; 3] = ["57P01", "57P02", "57P03"];

/// Whether the database went away in the middle of it: no fault of ours.
fn is_away(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| GOES_AWAY.contains(&&*code)),
        _ => false,
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(format!("stored JSON: {error}"))
    }
}

/// One mistake in a search text. Offsets and lengths count UTF-16 code units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchProblem {
    /// What is wrong and what to do.
    pub message: String,
    /// Where it begins.
    pub offset: usize,
    /// How long it is.
    pub length: usize,
}

/// One reason why an input was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// What kind of reason, for programs.
    pub code: RefusalCode,
    /// What is wrong and what to do, for people.
    pub message: String,
    /// Where: from the input's field inwards, list indexes in decimal.
    pub path: Vec<String>,
    /// What more there is to say.
    pub detail: RefusalDetail,
}

impl Refusal {
    /// A refusal without detail.
    pub fn new(code: RefusalCode, path: &[&str], message: impl Into<String>) -> Self {
        let path = path.iter().map(ToString::to_string).collect();
        Self { code, message: message.into(), path, detail: RefusalDetail::None }
    }

    /// The same with `outer` before its path: what was checked is a part of a larger input.
    #[must_use]
    pub fn within(mut self, outer: &[&str]) -> Self {
        self.path.splice(..0, outer.iter().map(ToString::to_string));
        self
    }

    /// REQUIRED at `field`: null where there must be a value.
    pub fn null(field: &str) -> Self {
        Self::new(RefusalCode::Required, &[field], "must not be null")
    }
}

/// What a refusal carries besides its sentence.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum RefusalDetail {
    /// Nothing.
    #[default]
    None,
    /// The id of the entity that is in the way, or as it is now: the payload shows it.
    Existing(uuid::Uuid),
    /// When the customer's service window closed; None: it never was open.
    ServiceWindow(Option<Timestamp>),
    /// The versions, and what changed in between.
    VersionConflict {
        /// The entity, to show it as it is now.
        id: uuid::Uuid,
        /// What the client thought.
        expected: i32,
        /// What is.
        current: i32,
        /// What was changed meanwhile.
        changes: Vec<FieldChange>,
    },
}

/// The kinds of refusal: the contract's `UserErrorCode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the contract's")]
pub enum RefusalCode {
    Required,
    Invalid,
    TooLong,
    OutOfRange,
    NotFound,
    Taken,
    ReferenceTaken,
    InUse,
    Immutable,
    Forbidden,
    VersionConflict,
    IdempotencyKeyReused,
    LimitReached,
    InvalidCredentials,
    SessionExpired,
    AccountRequired,
    ServiceWindowClosed,
    ContactUnreachable,
    UnknownDynamicField,
    ReservedDynamicField,
    MissingDynamicField,
    PhraseTaken,
}

/// A change of one field, its values as a person reads them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field's name in the public schema: `assignee`, not `assignee_id`.
    pub field: String,
    /// What it was; null: nothing.
    pub before: Option<String>,
    /// What it is; null: nothing.
    pub after: Option<String>,
}

impl FieldChange {
    /// A change of `field`, or nothing when both sides are the same.
    pub fn between(field: &str, before: Option<String>, after: Option<String>) -> Option<Self> {
        (before != after).then(|| Self { field: field.to_owned(), before, after })
    }
}
