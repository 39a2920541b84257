//! The operations that run on one socket.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::{
    FutureExt, Stream, StreamExt,
    stream::{AbortHandle, Abortable, BoxStream, SelectAll},
};

use crate::{data::SlowConsumer, operation::Item, telemetry::Record};

/// Streams by their ids. Only those that have something are polled, so that an event to a hundred of them costs
/// a hundred polls.
#[derive(Default)]
pub(super) struct Operations {
    running: HashMap<Arc<str>, Handle>,
    streams: SelectAll<Abortable<Operation>>,
}

struct Handle {
    abort: AbortHandle,
    slow: SlowConsumer,
}

/// What an operation gives: a result, or its end, which is a refusal or nothing.
pub(super) struct Emission {
    pub(super) id: Arc<str>,
    pub(super) item: Option<Item>,
}

impl Operations {
    pub(super) fn contains(&self, id: &str) -> bool {
        self.running.contains_key(id)
    }

    pub(super) fn count(&self) -> usize {
        self.running.len()
    }

    pub(super) fn start(
        &mut self,
        id: &str,
        items: BoxStream<'static, Item>,
        slow: SlowConsumer,
        record: Record,
    ) {
        let id = Arc::<str>::from(id);
        let operation = Operation { id: id.clone(), items: Some(items), record };
        let (stream, abort) = futures_util::stream::abortable(operation);
        self.streams.push(stream);
        self.running.insert(id, Handle { abort, slow });
    }

    /// Ends an operation that the client wants no more. It gives nothing from here on.
    pub(super) fn stop(&mut self, id: &str) {
        if let Some(handle) = self.running.remove(id) {
            handle.abort.abort();
        }
    }

    /// Tells every operation that the client is too slow.
    pub(super) fn notice_slowness(&self) {
        self.running.values().for_each(|handle| handle.slow.notice());
    }

    /// Whether the operation has heard that the client is too slow.
    pub(super) fn answered_slowness(&self, id: &str) -> bool {
        self.running.get(id).is_some_and(|handle| handle.slow.is_answered())
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
        match self.streams.poll_next_unpin(context) {
            Poll::Ready(Some(emission)) => {
                if !matches!(emission.item, Some(Ok(_))) {
                    self.running.remove(&emission.id);
                }
                Poll::Ready(emission)
            }
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }
}

struct Operation {
    id: Arc<str>,
    /// None after the end was given.
    items: Option<BoxStream<'static, Item>>,
    record: Record,
}

impl Stream for Operation {
    type Item = Emission;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Emission>> {
        let Some(items) = &mut self.items else { return Poll::Ready(None) };
        let item = std::task::ready!(items.poll_next_unpin(context));
        if let Some(item) = &item {
            self.record.saw(item);
        }
        if !matches!(item, Some(Ok(_))) {
            self.record.completed();
            self.items = None;
        }
        Poll::Ready(Some(Emission { id: self.id.clone(), item }))
    }
}
