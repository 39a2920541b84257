//! The items that every stream of the log may give.

use async_graphql::{Enum, SimpleObject};

use crate::graphql::scalars::EventCursor;

/// Nothing is missing up to here.
#[derive(SimpleObject)]
pub struct StreamCheckpoint {
    /// Resume with it as `after`.
    pub cursor: EventCursor,
}

/// Why a stream cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ResyncReason {
    /// The log no longer reaches back to the cursor.
    CursorExpired,
    /// The client reads too slowly.
    TooSlow,
    /// The database was restored from a backup.
    LogReplaced,
}

/// Read the list again and subscribe with its eventCursor; the stream ends.
#[derive(SimpleObject)]
pub struct ResyncRequired {
    /// Why.
    pub reason: ResyncReason,
}
