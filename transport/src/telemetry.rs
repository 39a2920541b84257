//! What one request leaves behind: a line in the log and a point in the metrics.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_graphql::{Response, ServerError};
use metrics::{Counter, Gauge, counter, gauge, histogram};
use tokio::time::Instant;

use crate::{
    data::RequestId,
    error::{self, Failure},
    operation::{Item, Kind},
    response::Payload,
};

/// How much of a client's operation name goes into the log, in characters.
const NAME_LENGTH: usize = 80;

/// How many error codes go into the log.
const CODES: usize = 5;

/// The ways an operation may come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Transport {
    Http,
    WebSocket,
    EventStream,
    Multipart,
}

impl Transport {
    fn name(self) -> &'static str {
        match self {
            Transport::Http => "http",
            Transport::WebSocket => "websocket",
            Transport::EventStream => "event-stream",
            Transport::Multipart => "multipart",
        }
    }
}

/// Metrics that are touched often, looked up once.
pub(crate) struct Meters {
    sockets: Gauge,
    pub(crate) received_bytes: Counter,
    pub(crate) sent_bytes: Counter,
    shortened: Counter,
    /// What clients were told that was executed for several, once for each of them.
    pub(crate) shared: Counter,
    /// What was executed for several, once for all of them.
    pub(crate) grouped: Counter,
    running: [Gauge; 3],
}

impl Meters {
    pub(crate) fn new() -> Self {
        let running = |kind: Kind| gauge!("sportello_graphql_operations_running", "kind" => kind.name());
        Self {
            sockets: gauge!("sportello_graphql_sockets_open"),
            received_bytes: counter!("sportello_graphql_received_bytes_total"),
            sent_bytes: counter!("sportello_graphql_sent_bytes_total"),
            shortened: counter!("sportello_graphql_shortened_total"),
            shared: counter!("sportello_graphql_shared_items_total"),
            grouped: counter!("sportello_graphql_group_items_total"),
            running: [running(Kind::Query), running(Kind::Mutation), running(Kind::Subscription)],
        }
    }

    fn running(&self, kind: Kind) -> &Gauge {
        &self.running[kind as usize]
    }
}

/// Counts a socket for as long as it is open.
pub(crate) struct OpenSocket(Arc<Meters>);

impl OpenSocket {
    pub(crate) fn new(meters: &Arc<Meters>) -> Self {
        meters.sockets.increment(1);
        Self(meters.clone())
    }
}

impl Drop for OpenSocket {
    fn drop(&mut self) {
        self.0.sockets.decrement(1);
    }
}

/// One request, from its arrival to the end of its answer. Dropping it writes it down.
pub(crate) struct Record {
    meters: Arc<Meters>,
    id: RequestId,
    transport: Transport,
    started: Instant,
    kind: Option<Kind>,
    name: String,
    status: Option<u16>,
    outcome: &'static str,
    codes: Vec<String>,
    items: u64,
    /// Items that a group told the client directly.
    told: Arc<AtomicU64>,
}

impl Record {
    pub(crate) fn new(meters: &Arc<Meters>, id: &RequestId, transport: Transport) -> Self {
        Self {
            meters: meters.clone(),
            id: id.clone(),
            transport,
            started: Instant::now(),
            kind: None,
            name: String::new(),
            status: None,
            // What holds when nobody says otherwise: the client went away, or took its operation back.
            outcome: "cancelled",
            codes: Vec::new(),
            items: 0,
            told: Arc::default(),
        }
    }

    pub(crate) fn began(&mut self, kind: Kind, name: Option<&str>) {
        self.meters.running(kind).increment(1);
        self.kind = Some(kind);
        self.name = name.unwrap_or_default().chars().take(NAME_LENGTH).collect();
    }

    pub(crate) fn streams(&mut self, transport: Transport) {
        self.transport = transport;
    }

    pub(crate) fn status(&mut self, status: u16) {
        self.status = Some(status);
    }

    /// Where items are counted that this record does not see.
    pub(crate) fn told(&self) -> Arc<AtomicU64> {
        self.told.clone()
    }

    pub(crate) fn executed(&mut self, response: &Response) {
        self.gave(&response.errors);
    }

    fn gave(&mut self, errors: &[ServerError]) {
        self.items += 1;
        self.outcome = if errors.is_empty() { self.outcome } else { "errors" };
        self.take_codes(errors);
    }

    /// The shortcut has written the answer.
    pub(crate) fn shortened(&mut self) {
        self.items += 1;
        self.meters.shortened.increment(1);
    }

    pub(crate) fn refused(&mut self, failure: &Failure) {
        self.outcome = "refused";
        self.take_codes(&failure.errors);
    }

    pub(crate) fn saw(&mut self, item: &Item) {
        match item {
            Ok((payload, _)) => {
                self.meters.shared.increment(u64::from(matches!(payload, Payload::Shared(_))));
                self.gave(payload.errors());
            }
            Err(failure) => self.refused(failure),
        }
    }

    /// The answer is complete.
    pub(crate) fn completed(&mut self) {
        if self.outcome == "cancelled" {
            self.outcome = "ok";
        }
    }

    /// The server ended it: rights, shutdown, slowness.
    pub(crate) fn ended(&mut self, why: &'static str) {
        self.outcome = why;
    }

    fn take_codes(&mut self, errors: &[ServerError]) {
        let room = CODES.saturating_sub(self.codes.len());
        self.codes.extend(errors.iter().filter_map(error::code).take(room).map(str::to_owned));
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let kind = self.kind.map_or("none", Kind::name);
        if let Some(kind) = self.kind {
            self.meters.running(kind).decrement(1);
        }
        let (transport, elapsed) = (self.transport.name(), self.started.elapsed());
        let labels = [("transport", transport), ("kind", kind), ("outcome", self.outcome)];
        counter!("sportello_graphql_requests_total", &labels).increment(1);
        if self.kind != Some(Kind::Subscription) {
            histogram!("sportello_graphql_request_seconds", "kind" => kind).record(elapsed);
        }
        tracing::info!(
            request.id = self.id.0,
            request.transport = transport,
            operation.kind = kind,
            operation.name = self.name,
            outcome = self.outcome,
            status = self.status,
            items = self.items + self.told.load(Ordering::Relaxed),
            elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            errors.codes = self.codes.join(","),
            "graphql request"
        );
    }
}
