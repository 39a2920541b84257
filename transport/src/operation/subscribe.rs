//! Subscriptions, and queries and mutations for a client that takes a stream.

use std::{panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{Executor, Response};
use futures_util::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};

use super::execute::panicked;
use crate::{
    data::{EventCursorSlot, RequestId, SlowConsumer},
    endpoint::Shared,
    error::Failure,
    gate::Gate,
    operation::{Kind, Prepared, execute},
    response,
};

/// One result of an operation, with its cursor; or, as the only one, the refusal.
pub(crate) type Item = Result<(Response, Option<String>), Failure>;

/// Starts the operation. Nothing runs until the stream is polled; dropping it ends the operation, except a mutation
/// that has begun.
pub(crate) fn subscribe<E: Executor, G: Gate>(
    shared: Arc<Shared<E, G>>,
    prepared: Prepared,
    id: RequestId,
    slow: SlowConsumer,
) -> BoxStream<'static, Item> {
    if prepared.kind == Kind::Subscription {
        return events(&shared, prepared, id, slow);
    }
    let once = async move { execute(&shared, prepared, &id).await.map(|response| (response, None)) };
    stream::once(once).boxed()
}

fn events<E: Executor, G: Gate>(
    shared: &Shared<E, G>,
    prepared: Prepared,
    id: RequestId,
    slow: SlowConsumer,
) -> BoxStream<'static, Item> {
    let cursor = EventCursorSlot::default();
    let request = prepared.into_request().data(cursor.clone()).data(slow);
    let results = AssertUnwindSafe(shared.executor.execute_stream(request, None)).catch_unwind();
    let items = results.map(move |result| match result {
        Ok(response) => response::finish(response, &id).map(|response| (response, cursor.take())),
        Err(_) => Err(panicked().for_request(&id)),
    });
    refusal_first(items.boxed())
}

/// A subscription that cannot begin gives one result without data and ends: that is a refusal, not an event.
fn refusal_first(items: BoxStream<'static, Item>) -> BoxStream<'static, Item> {
    let mut items = Box::pin(items.peekable());
    let first = async move {
        let mut first = items.next().await;
        // Looks once, without waiting: what comes later is an event.
        if first.as_ref().is_some_and(is_empty) && matches!(items.as_mut().peek().now_or_never(), Some(None))
        {
            first = first.map(|item| Err(item?.0.into()));
        }
        stream::iter(first).chain(items)
    };
    first.flatten_stream().boxed()
}

fn is_empty(item: &Item) -> bool {
    item.as_ref().is_ok_and(|(response, _)| response.data == async_graphql::Value::Null && response.is_err())
}
