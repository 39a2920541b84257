//! Queries and mutations.

use std::panic::AssertUnwindSafe;

use async_graphql::{Executor, Request, Response};
use futures_util::FutureExt;

use crate::{
    data::RequestId,
    endpoint::Shared,
    error::{Cause, Failure},
    gate::Gate,
    operation::{Kind, Prepared},
    response,
};

/// Executes a query or a mutation within the time it has.
///
/// Dropping the future cancels a query. A mutation that has begun runs to its end whatever becomes of the client,
/// and the endpoint's tracker waits for it.
pub(crate) async fn execute<E: Executor, G: Gate>(
    shared: &Shared<E, G>,
    prepared: Prepared,
    id: &RequestId,
) -> Result<Response, Failure> {
    let (kind, request) = (prepared.kind, prepared.into_request());
    let executor = shared.executor.clone();
    let time = shared.options.limits.execution_time;
    let result = if kind == Kind::Mutation {
        let running = shared.tasks.spawn(guarded(executor, request));
        tokio::time::timeout(time, async { running.await.unwrap_or_else(|_| Err(panicked())) }).await
    } else {
        tokio::time::timeout(time, guarded(executor, request)).await
    };
    let response = result.map_err(|_| timeout(kind)).and_then(|result| result);
    response::finish(response.map_err(|failure| failure.for_request(id))?, id)
}

/// The answer of the shortcut, within the time that a query has; None where the executor has to be asked.
pub(crate) async fn shorten<E: Executor, G: Gate>(
    shared: &Shared<E, G>,
    prepared: &Prepared,
    id: &RequestId,
) -> Result<Option<Vec<u8>>, Failure> {
    let Some(shortcut) = shared.shortcut.as_ref().filter(|_| prepared.kind == Kind::Query) else {
        return Ok(None);
    };
    let answer = AssertUnwindSafe(shortcut.answer(prepared.operation(), &prepared.request)).catch_unwind();
    let result = tokio::time::timeout(shared.options.limits.execution_time, answer).await;
    let answer = result.map_err(|_| timeout(Kind::Query)).and_then(|result| result.map_err(|_| panicked()));
    answer.map_err(|failure| failure.for_request(id))
}

async fn guarded<E: Executor>(executor: E, request: Request) -> Result<Response, Failure> {
    // Whatever a resolver that panics leaves behind is dropped with the request.
    AssertUnwindSafe(executor.execute(request)).catch_unwind().await.map_err(|_| panicked())
}

fn timeout(kind: Kind) -> Failure {
    let message = match kind {
        Kind::Mutation => {
            "The mutation takes too long to be waited for. It may still be done: look, or repeat it with the same idempotencyKey."
        }
        Kind::Query | Kind::Subscription => "The query takes too long: ask for less at a time.",
    };
    Failure::new(Cause::Timeout, message)
}

/// A panic has been logged by the panic hook; the client learns only the request's id.
pub(super) fn panicked() -> Failure {
    Failure::new(Cause::Internal, "Something went wrong on our side. Report it with the requestId.")
}
