//! The operations that run on one socket.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::{FutureExt, Stream, StreamExt, stream::BoxStream};
use tokio_stream::StreamMap;

use crate::{data::SlowConsumer, operation::Item, telemetry::Record};

/// Streams by their ids. All of them are polled when one has something: what a group tells their client directly passes
/// them by, and a set that polls only those that were woken takes three times as much memory, which idle sockets pay.
pub(super) struct Operations(StreamMap<Arc<str>, Operation>);

/// What an operation gives: a result, or its end, which is a refusal or nothing.
pub(super) struct Emission {
    pub(super) id: Arc<str>,
    pub(super) item: Option<Item>,
}

impl Default for Operations {
    /// Most sockets run one operation.
    fn default() -> Self {
        Self(StreamMap::with_capacity(1))
    }
}

impl Operations {
    pub(super) fn contains(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn start(
        &mut self,
        id: &str,
        items: BoxStream<'static, Item>,
        slow: SlowConsumer,
        record: Record,
    ) {
        self.0.insert(id.into(), Operation { items, slow, record });
    }

    /// Ends an operation that the client wants no more. It gives nothing from here on.
    pub(super) fn stop(&mut self, id: &str) {
        self.0.remove(id);
    }

    /// Tells every operation that the client is too slow.
    pub(super) fn notice_slowness(&self) {
        self.0.values().for_each(|operation| operation.slow.notice());
    }

    /// Whether the operation has heard that the client is too slow.
    pub(super) fn answered_slowness(&self, id: &str) -> bool {
        let operation = self.0.iter().find(|(running, _)| &**running == id);
        operation.is_some_and(|(_, operation)| operation.slow.is_answered())
    }

    /// The next emission; pending for ever while nothing runs. Nothing is lost when the future is dropped.
    pub(super) async fn next(&mut self) -> Emission {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }

    /// An emission that is there now.
    pub(super) fn ready(&mut self) -> Option<Emission> {
        self.next().now_or_never()
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Emission> {
        match self.0.poll_next_unpin(context) {
            Poll::Ready(Some((id, item))) => {
                if !matches!(item, Some(Ok(_))) {
                    self.0.remove(&id);
                }
                Poll::Ready(Emission { id, item })
            }
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }
}

struct Operation {
    items: BoxStream<'static, Item>,
    slow: SlowConsumer,
    record: Record,
}

impl Stream for Operation {
    type Item = Option<Item>;

    /// It is not to be polled after its end.
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = std::task::ready!(self.items.poll_next_unpin(context));
        if let Some(item) = &item {
            self.record.saw(item);
        }
        if !matches!(item, Some(Ok(_))) {
            self.record.completed();
        }
        Poll::Ready(Some(item))
    }
}
