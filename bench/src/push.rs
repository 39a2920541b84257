//! The delivery by hand: an axum WebSocket a subscriber, one broadcast, one pre-serialized payload a change.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use anyhow::{Context, Result};
use axum::{
    Router,
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::post,
};
use serde::Deserialize;
use tokio::sync::broadcast;

/// How many changes may wait for a slow subscriber.
const WAITING: usize = 1024;

struct Desk {
    /// The payload around its number.
    before: String,
    after: String,
    sequence: AtomicU64,
    changes: broadcast::Sender<Arc<str>>,
}

#[derive(Deserialize)]
struct Subscribe {
    id: String,
}

/// A POST to `/graphql` is a change; a GET of it becomes a subscriber's WebSocket.
///
/// # Errors
/// When the frame holds no payload with a sequence.
pub fn router(frame: &str) -> Result<Router> {
    let start = frame.find("\"payload\":").context("the frame has no payload")? + "\"payload\":".len();
    let payload = frame.trim_end().get(start..).and_then(|text| text.strip_suffix('}'));
    let payload = payload.context("the frame ends before its payload")?;
    let number =
        payload.find("\"sequence\":").context("the payload has no sequence")? + "\"sequence\":".len();
    let (before, rest) = payload.split_at(number);
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let desk = Desk {
        before: before.to_owned(),
        after: after.to_owned(),
        sequence: AtomicU64::new(rest[..rest.len() - after.len()].parse()?),
        changes: broadcast::channel(WAITING).0,
    };
    Ok(Router::new().route("/graphql", post(change).get(subscribe)).with_state(Arc::new(desk)))
}

async fn change(State(desk): State<Arc<Desk>>, body: String) -> String {
    let mut sequence = desk.sequence.load(Ordering::Relaxed);
    if body.contains("mutation") {
        sequence = desk.sequence.fetch_add(1, Ordering::Relaxed) + 1;
        // Nobody listening is no failure.
        let _ = desk.changes.send(format!("{}{sequence}{}", desk.before, desk.after).into());
    }
    format!(r#"{{"data":{{"ticketUpdate":{{"event":{{"sequence":{sequence}}}}}}}}}"#)
}

/// Small buffers, as Sportello has them: axum's defaults hold 137 kB a socket and clear them at every message.
async fn subscribe(State(desk): State<Arc<Desk>>, upgrade: WebSocketUpgrade) -> Response {
    let upgrade = upgrade.read_buffer_size(4096).write_buffer_size(0).protocols(["graphql-transport-ws"]);
    upgrade.on_upgrade(async move |socket| {
        let _ = follow(&desk, socket).await;
    })
}

/// Acknowledges, learns the operation's id, then sends every change. None: the client is gone.
async fn follow(desk: &Desk, mut socket: WebSocket) -> Option<()> {
    socket.recv().await?.ok()?;
    socket.send(Message::text(r#"{"type":"connection_ack"}"#)).await.ok()?;
    let Message::Text(subscribe) = socket.recv().await?.ok()? else { return None };
    let Subscribe { id } = serde_json::from_str(&subscribe).ok()?;
    let mut changes = desk.changes.subscribe();
    loop {
        tokio::select! {
            change = changes.recv() => {
                let payload = change.ok()?;
                let frame = format!(r#"{{"id":"{id}","type":"next","payload":{payload}}}"#);
                socket.send(Message::text(frame)).await.ok()?;
            }
            message = socket.recv() => drop(message?.ok()?),
        }
    }
}
