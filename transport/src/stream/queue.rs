//! What waits between an operation and a client that reads slowly.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::{Notify, mpsc};

/// The operation's end. It never waits; the limit is for its owner to keep.
pub(super) struct Sender {
    sender: mpsc::UnboundedSender<Bytes>,
    level: Arc<Level>,
}

#[derive(Default)]
struct Level {
    waiting: AtomicUsize,
    taken: AtomicUsize,
    falls: Notify,
}

/// A queue whose other end is an answer's body.
pub(super) fn queue() -> (Sender, Body) {
    let (sender, mut receiver) = mpsc::unbounded_channel::<Bytes>();
    let level = Arc::new(Level::default());
    let fallen = level.clone();
    let chunks = stream::poll_fn(move |context| {
        receiver.poll_recv(context).map(|chunk| {
            let chunk = chunk?;
            fallen.waiting.fetch_sub(chunk.len(), Ordering::Relaxed);
            fallen.taken.fetch_add(chunk.len(), Ordering::Relaxed);
            fallen.falls.notify_one();
            Some(Ok::<_, Infallible>(chunk))
        })
    });
    (Sender { sender, level }, Body::from_stream(chunks))
}

impl Sender {
    /// Bytes that wait for the client.
    pub(super) fn waiting(&self) -> usize {
        self.level.waiting.load(Ordering::Relaxed)
    }

    /// Bytes that the client has taken so far.
    pub(super) fn taken(&self) -> usize {
        self.level.taken.load(Ordering::Relaxed)
    }

    /// Puts a chunk at the end. Nothing happens when the client has gone.
    pub(super) fn send(&self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.level.waiting.fetch_add(chunk.len(), Ordering::Relaxed);
            // The owner waits for `closed` besides.
            drop(self.sender.send(chunk));
        }
    }

    /// Resolves when at most so many bytes wait.
    pub(super) async fn falls_to(&self, level: usize) {
        while self.waiting() > level {
            self.level.falls.notified().await;
        }
    }

    /// Resolves when the client has gone.
    pub(super) async fn closed(&self) {
        self.sender.closed().await;
    }
}
