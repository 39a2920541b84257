//! One socket's life.

use std::{collections::HashMap, sync::Arc};

use async_graphql::Executor;
use futures_util::{FutureExt, future::BoxFuture};
use serde_json::{Map, Value};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::{
    close::Close,
    connection::Connection,
    message::{ClientMessage, ServerMessage},
    operations::{Emission, Operations},
    phase::{Caller, Phase, Step},
};
use crate::{
    data::{RequestId, SlowConsumer},
    endpoint::Shared,
    error::{Cause, Failure},
    gate::Gate,
    http::new_id,
    operation::{Parameters, Prepared, prepare, subscribe},
    sharing::Direct,
    telemetry::{OpenSocket, Record, Transport},
};

/// How many emissions are taken before the socket is written and read again.
const EMISSIONS: usize = 64;

/// Pings without any sign of life after which the peer is dead.
const MISSED_PINGS: u8 = 2;

/// A socket that speaks the protocol. Reading, executing and writing go on at once, in one task.
pub(super) struct Session<E, G: Gate> {
    shared: Arc<Shared<E, G>>,
    connection: Connection,
    phase: Phase<G::Identity>,
    operations: Operations,
    pings: Box<Interval>,
    missed_pings: u8,
    shutdown: BoxFuture<'static, ()>,
}

/// The end of a socket; None where the peer has gone.
type End = Option<Close>;

impl<E: Executor, G: Gate> Session<E, G> {
    pub(super) fn new(shared: Arc<Shared<E, G>>, connection: Connection, caller: Caller) -> Self {
        let interval = shared.options.limits.ping_interval;
        let mut pings = Box::new(interval_at(Instant::now() + interval, interval));
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let shutdown = shared.shutdown.clone().cancelled_owned().boxed();
        let (phase, operations) = (Phase::new(&shared, caller), Operations::default());
        Self { shared, connection, phase, operations, pings, missed_pings: 0, shutdown }
    }

    /// Lives until the socket's end. The rare ends are boxed: every session would be as large as they are.
    #[expect(
        clippy::manual_async_fn,
        reason = "an async fn holds what it is given twice: rust-lang/rust#62958"
    )]
    pub(super) fn run(mut self) -> impl Future<Output = ()> + Send {
        async move {
            let _open = OpenSocket::new(&self.shared.meters);
            let end = self.live().await;
            if end == Some(Close::TOO_SLOW) {
                Box::pin(self.tell_slowness()).await;
            }
            // What ran ends now, not when the peer has answered the closing.
            drop((self.operations, self.phase));
            match end {
                Some(close) => Box::pin(self.connection.close(&close)).await,
                None => Box::pin(self.connection.leave()).await,
            }
        }
    }

    async fn live(&mut self) -> End {
        loop {
            let result = tokio::select! {
                biased;
                () = &mut self.shutdown => Err(Some(Close::GOING_AWAY)),
                step = self.phase.step() => self.proceed(step),
                _ = self.pings.tick() => self.ping(),
                message = self.connection.receive() => match message {
                    Ok(Some(message)) => self.hear(message),
                    Ok(None) => Ok(()),
                    Err(end) => Err(end),
                },
                emission = self.operations.next(), if !self.connection.is_stalled() => {
                    self.speak(&emission);
                    Ok(())
                }
            };
            if let Err(end) = result {
                return end;
            }
        }
    }

    fn proceed(&mut self, step: Step<G::Identity>) -> Result<(), End> {
        match step {
            Step::Admitted(identity) => {
                self.phase.seat(&self.shared, identity)?;
                self.answer(ServerMessage::ConnectionAck.write())
            }
            Step::Closes(close) => Err(Some(close)),
        }
    }

    /// Pings keep proxies from closing a quiet socket, and tell a dead one. They are WebSocket's own, which every
    /// client answers without knowing.
    fn ping(&mut self) -> Result<(), End> {
        if self.missed_pings >= MISSED_PINGS {
            return Err(None);
        }
        self.missed_pings += 1;
        self.connection.ping();
        Ok(())
    }

    fn hear(&mut self, message: Message) -> Result<(), End> {
        self.missed_pings = 0;
        match message {
            Message::Text(text) => self.obey(ClientMessage::parse(&text)?),
            Message::Binary(_) => Err(Some(Close::invalid("Only text messages are spoken"))),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(()),
            Message::Close(_) => Err(None),
        }
    }

    fn obey(&mut self, message: ClientMessage) -> Result<(), End> {
        match message {
            ClientMessage::Init(payload) => self.admit(payload),
            ClientMessage::Ping(payload) => self.answer(ServerMessage::Pong { payload }.write()),
            ClientMessage::Pong => Ok(()),
            ClientMessage::Subscribe { id, parameters } => self.subscribe(&id, parameters),
            ClientMessage::Complete { id } => {
                self.operations.stop(&id);
                Ok(())
            }
        }
    }

    fn admit(&mut self, mut payload: Map<String, Value>) -> Result<(), End> {
        let named = payload.remove("authorization").or_else(|| payload.remove("Authorization"));
        let authorization = match named {
            None | Some(Value::Null) => None,
            Some(Value::String(authorization)) => Some(authorization),
            Some(_) => return Err(Some(Close::invalid("The authorization must be a string"))),
        };
        Ok(self.phase.admit(self.shared.clone(), authorization)?)
    }

    fn subscribe(&mut self, id: &str, parameters: Parameters) -> Result<(), End> {
        let identity = self.phase.identity()?.clone();
        if self.operations.contains(id) {
            return Err(Some(Close::duplicate(id)));
        }
        let request = new_id();
        let mut record = Record::new(&self.shared.meters, &request, Transport::WebSocket);
        match self.prepare(&identity, parameters, &request, &mut record) {
            Ok(prepared) => {
                let slow = SlowConsumer::default();
                let before = ServerMessage::before_payload(id);
                let direct = Direct::new(self.connection.outlet().clone(), before, record.told());
                let (shared, client) = (self.shared.clone(), slow.clone());
                let items = subscribe(shared, prepared, &identity, request, client, Some(direct));
                self.operations.start(id, items, slow, record);
                Ok(())
            }
            Err(failure) => {
                let failure = failure.for_request(&request);
                record.refused(&failure);
                self.answer(ServerMessage::Error { id, payload: &failure.errors }.write())
            }
        }
    }

    fn prepare(
        &self,
        identity: &G::Identity,
        parameters: Parameters,
        request: &RequestId,
        record: &mut Record,
    ) -> Result<Prepared, Failure> {
        let limit = self.shared.options.limits.operations_per_socket;
        if self.operations.count() >= limit {
            let message = format!("{limit} operations run on this socket: end one, or open another socket.");
            return Err(Failure::new(Cause::RateLimited, message));
        }
        self.shared.gate.count(identity)?;
        let mut prepared = prepare(&self.shared.documents, parameters, request)?;
        record.began(prepared.kind, prepared.name.as_deref());
        prepared.request = self.shared.gate.equip(identity, prepared.request);
        Ok(prepared)
    }

    /// Hands on what the operations have, so that all of it is written at once.
    fn speak(&mut self, first: &Emission) {
        self.connection.send(&write(first));
        for _ in 1..EMISSIONS {
            if self.connection.is_stalled() {
                break;
            }
            let Some(emission) = self.operations.ready() else { break };
            self.connection.send(&write(&emission));
        }
    }

    /// Answers the client's own message: one that sends and never reads is cut off.
    fn answer(&mut self, message: Utf8Bytes) -> Result<(), End> {
        if self.connection.is_flooded() {
            return Err(Some(Close::TOO_SLOW));
        }
        self.connection.send(&message);
        Ok(())
    }

    /// The peer still reads what waits, in order; then what its streams say about what is missing.
    async fn tell_slowness(&mut self) {
        self.operations.notice_slowness();
        let deadline = Instant::now() + self.shared.options.limits.close_time;
        let mut last = HashMap::new();
        while self.operations.count() > 0 {
            let remaining = deadline.saturating_duration_since(Instant::now());
            let Ok(emission) = timeout(remaining, self.operations.next()).await else { break };
            if emission.item.is_some() && self.operations.answered_slowness(&emission.id) {
                last.insert(emission.id.clone(), emission);
            } else if let Some(emission) = last.remove(&emission.id) {
                self.connection.send(&write(&emission));
            }
        }
    }
}

fn write(Emission { id, item }: &Emission) -> Utf8Bytes {
    match item {
        Some(Ok((response, _))) => ServerMessage::Next { id, payload: response }.write(),
        Some(Err(failure)) => ServerMessage::Error { id, payload: &failure.errors }.write(),
        None => ServerMessage::Complete { id }.write(),
    }
}
