//! Carries results from an operation to an answer's body.

use std::{future::Future, sync::Arc};

use ::http::{HeaderName, HeaderValue, header};
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::BoxStream};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::{
    framing::Framing,
    queue::{Sender, queue},
};
use crate::{
    data::{RequestId, SlowConsumer},
    endpoint::Shared,
    error::{Cause, Failure},
    gate::Gate,
    operation::Item,
    options::Limits,
    response::Refused,
    seats::Seat,
    telemetry::{Meters, Record},
};

/// An operation, and what ends it.
pub(crate) struct Source<F> {
    pub(crate) items: BoxStream<'static, Item>,
    /// Resolves when the client's rights end.
    pub(crate) ended: F,
    pub(crate) slow: SlowConsumer,
    pub(crate) framing: Framing,
    /// Held for as long as the stream runs.
    pub(crate) seat: Seat,
}

/// Starts the operation and answers with its results. It runs in a task of its own, so that it goes on while the
/// client reads slowly, up to the limit; it ends when the client goes away.
pub(crate) fn respond<E: Send + Sync + 'static, G: Gate>(
    shared: &Arc<Shared<E, G>>,
    source: Source<impl Future<Output = ()> + Send + 'static>,
    mut record: Record,
    id: RequestId,
) -> Response {
    record.streams(source.framing.transport());
    let (sender, body) = queue();
    let answer = answer(source.framing, body);
    let pump = Pump {
        items: source.items,
        framing: source.framing,
        _seat: source.seat,
        slow: source.slow,
        ended: source.ended.boxed(),
        shutdown: shared.shutdown.clone().cancelled_owned().boxed(),
        limits: shared.options.limits.clone(),
        meters: shared.meters.clone(),
        sender,
        record,
        id,
    };
    shared.tasks.spawn(pump.run());
    answer
}

/// An operation that is refused before it begins: one result and the end.
pub(crate) fn refused(framing: Framing, failure: &Failure) -> Response {
    let result = framing.result(&Refused { errors: &failure.errors }, None);
    answer(framing, Body::from([framing.opening(), result, framing.complete()].concat()))
}

fn answer(framing: Framing, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(framing.content_type())),
        // Proxies must hand on every piece at once: neither keep, nor compress, nor collect.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform")),
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
        (header::VARY, HeaderValue::from_static("accept")),
    ];
    (headers, body).into_response()
}

struct Pump {
    items: BoxStream<'static, Item>,
    framing: Framing,
    _seat: Seat,
    slow: SlowConsumer,
    ended: BoxFuture<'static, ()>,
    shutdown: BoxFuture<'static, ()>,
    limits: Limits,
    meters: Arc<Meters>,
    sender: Sender,
    record: Record,
    id: RequestId,
}

impl Pump {
    async fn run(mut self) {
        let limit = self.limits.send_buffer_bytes;
        let beat = self.limits.heartbeat_interval;
        let mut heartbeat = interval_at(Instant::now() + beat, beat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.send(self.framing.opening());
        loop {
            let is_full = self.sender.waiting() >= limit;
            tokio::select! {
                biased;
                () = self.sender.closed() => return,
                () = &mut self.shutdown => return self.shut_down(),
                () = &mut self.ended => return self.rights_ended(),
                _ = heartbeat.tick(), if !is_full => self.beat(),
                is_slow = stalls(&self.sender, &self.limits), if is_full => {
                    if is_slow {
                        return self.too_slow().await;
                    }
                }
                item = self.items.next(), if !is_full => {
                    let Some(item) = item else { return self.complete() };
                    let chunk = self.write(&item);
                    self.send(chunk);
                    heartbeat.reset();
                }
            }
        }
    }

    /// Only where nothing waits: a client that does not read needs none.
    fn beat(&self) {
        if self.sender.waiting() == 0 {
            self.send(self.framing.heartbeat());
        }
    }

    fn write(&mut self, item: &Item) -> Bytes {
        self.record.saw(item);
        match item {
            Ok((result, place)) => self.framing.result(result, place.as_ref().map(|place| &*place.cursor)),
            Err(failure) => self.framing.result(&Refused { errors: &failure.errors }, None),
        }
    }

    fn send(&self, chunk: Bytes) {
        self.meters.sent_bytes.increment(chunk.len() as u64);
        self.sender.send(chunk);
    }

    fn complete(mut self) {
        self.record.completed();
        self.send(self.framing.complete());
    }

    /// No end of the operation: the client comes again, to another server.
    fn shut_down(mut self) {
        self.record.ended("shutdown");
        self.send(self.framing.interruption());
    }

    fn rights_ended(mut self) {
        let message = "The credential is no longer good, or its rights have changed: sign in again.";
        let failure = Failure::new(Cause::Unauthenticated, message).for_request(&self.id);
        self.record.refused(&failure);
        self.record.ended("rights");
        self.send(self.framing.error(&failure.errors));
        self.send(self.framing.complete());
    }

    /// What is queued is still read, in order; then what the stream says about what is missing; then the end.
    async fn too_slow(mut self) {
        self.record.ended("slow");
        self.slow.notice();
        let last = timeout(self.limits.close_time, async {
            let mut last = None;
            while let Some(item) = self.items.next().await {
                last = Some(item);
            }
            last
        });
        let last = last.await.ok().flatten().filter(|_| self.slow.is_answered());
        if let Some(item) = last {
            let chunk = self.write(&item);
            self.send(chunk);
        }
        self.send(self.framing.interruption());
    }
}

/// Waits for room; true when the client takes too little in the time for it.
async fn stalls(sender: &Sender, limits: &Limits) -> bool {
    let half = limits.send_buffer_bytes / 2;
    loop {
        let taken = sender.taken();
        if timeout(limits.stall_time, sender.falls_to(half)).await.is_ok() {
            return false;
        }
        if sender.taken() - taken < half {
            return true;
        }
    }
}
