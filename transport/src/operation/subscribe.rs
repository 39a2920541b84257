//! Subscriptions, and queries and mutations for a client that takes a stream.

use std::{panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{Executor, Request};
use futures_util::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};

use super::execute::panicked;
use crate::{
    data::{EventCursorSlot, Place, RequestId, SlowConsumer},
    endpoint::Shared,
    error::Failure,
    gate::Gate,
    operation::{Kind, Prepared, execute},
    response::{self, Payload},
    sharing::{Direct, Member, Seed},
};

/// One result of an operation, and where the stream stands after it; or, as the only one, the refusal.
pub(crate) type Item = Result<(Payload, Option<Place>), Failure>;

/// Starts the operation. Nothing runs until the stream is polled; dropping it ends the operation, except a mutation
/// that has begun. What the client shares with others may go past the stream, by `direct`, while the stream waits.
pub(crate) fn subscribe<E: Executor, G: Gate>(
    shared: Arc<Shared<E, G>>,
    prepared: Prepared,
    identity: &G::Identity,
    id: RequestId,
    slow: SlowConsumer,
    direct: Option<Direct>,
) -> BoxStream<'static, Item> {
    if prepared.kind != Kind::Subscription {
        let once = async move {
            execute(&shared, prepared, &id).await.map(|response| (Payload::Executed(response.into()), None))
        };
        return stream::once(once).boxed();
    }
    let company = shared.gate.company(identity, prepared.operation(), &prepared.request.variables);
    let seed = company.map(|company| Seed::new(&prepared, company));
    let alone = events(&shared, prepared.into_request(), id.clone(), slow.clone());
    match seed {
        Some(seed) => Member::stream(shared, seed, alone, id, slow, direct),
        None => alone,
    }
}

/// Executes a subscription, for one client or for several.
pub(crate) fn events<E: Executor, G: Gate>(
    shared: &Shared<E, G>,
    request: Request,
    id: RequestId,
    slow: SlowConsumer,
) -> BoxStream<'static, Item> {
    let cursor = EventCursorSlot::default();
    let request = request.data(cursor.clone()).data(slow);
    let results = AssertUnwindSafe(shared.executor.execute_stream(request, None)).catch_unwind();
    let items = results.map(move |result| match result {
        Ok(response) => response::finish(response, &id)
            .map(|response| (Payload::Executed(response.into()), cursor.take())),
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
            first = first.map(refusal);
        }
        stream::iter(first).chain(items)
    };
    first.flatten_stream().boxed()
}

fn is_empty(item: &Item) -> bool {
    let Ok((Payload::Executed(response), _)) = item else { return false };
    response.data == async_graphql::Value::Null && response.is_err()
}

fn refusal(item: Item) -> Item {
    match item {
        Ok((Payload::Executed(response), _)) => Err((*response).into()),
        other => other,
    }
}
