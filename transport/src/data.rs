//! What the transport puts into a request's data, for resolvers to read.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use tokio_util::sync::CancellationToken;

/// Names one request in answers and logs. In every request's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// The `Last-Event-ID` with which a client of an event stream asks to go on: the id of the last event it saw, as an
/// [`EventCursorSlot`] gave it. It goes before an `after` argument. Only in the data of such a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumeFrom(pub String);

/// Takes the cursor of the item that a stream gives next; an event stream sends it as the event's `id`.
///
/// In every subscription's data. The stream sets it just before it gives the item.
#[derive(Clone, Debug, Default)]
pub struct EventCursorSlot(Arc<Mutex<Option<Place>>>);

/// Where a stream stands after an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) cursor: Arc<str>,
    /// Rises along the stream.
    pub(crate) order: u64,
    /// Whether the stream has told all that was before it began.
    pub(crate) has_caught_up: bool,
    /// Whether the next item is there already.
    pub(crate) is_followed: bool,
}

impl EventCursorSlot {
    /// Sets the cursor of the item that comes next. `order` never falls along the stream, and rises with every item
    /// that tells something new: streams of several clients are held against each other by it. `has_caught_up` says that
    /// nothing of a replay follows, nor the word that it has ended: from here on every client is told the same.
    pub fn set(&self, cursor: impl Into<Arc<str>>, order: u64, has_caught_up: bool) {
        let place = Place { cursor: cursor.into(), order, has_caught_up, is_followed: false };
        *self.place() = Some(place);
    }

    /// Says that the item whose cursor was set is followed by another that is there already: clients that are told the
    /// same are told both together.
    pub fn set_followed(&self) {
        if let Some(place) = &mut *self.place() {
            place.is_followed = true;
        }
    }

    /// Takes the cursor out, so that it goes with one item only.
    pub(crate) fn take(&self) -> Option<Place> {
        self.place().take()
    }

    fn place(&self) -> MutexGuard<'_, Option<Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells a stream that its client reads too slowly and that it has to end. In every subscription's data.
#[derive(Clone, Debug, Default)]
pub struct SlowConsumer(Arc<Pace>);

#[derive(Debug, Default)]
struct Pace {
    noticed: CancellationToken,
    answered: AtomicBool,
}

impl SlowConsumer {
    /// Resolves when the client has not read for too long: nothing more will be delivered, except one last item.
    ///
    /// A stream that waits for this gives that item next, which tells the client that it missed something, and ends.
    pub async fn noticed(&self) {
        self.0.noticed.cancelled().await;
        self.0.answered.store(true, Ordering::Release);
    }

    pub(crate) fn notice(&self) {
        self.0.noticed.cancel();
    }

    /// Whether the stream has heard of it, so that its last item says so.
    pub(crate) fn is_answered(&self) -> bool {
        self.0.answered.load(Ordering::Acquire)
    }
}
