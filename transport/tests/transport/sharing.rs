//! Clients whose subscription is the same share its execution, and each gets what it would get alone.

use std::{sync::atomic::Ordering, time::Duration};

use futures_util::{FutureExt, StreamExt, future::join_all};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{Server, Socket, TOO_SLOW, start, start_with};

const DOCUMENT: &str =
    "subscription($after: Int, $by: Int) { entries(after: $after) { number counted(by: $by) } }";

/// More entries of 100 kB than the kernel's buffers and ours hold together.
const LONG: &str = "subscription { entries { number text(length: 100000) } }";
const ENOUGH: u64 = 200;
/// So seldom that the group still knows what is told while a client stalls.
const PACE: Duration = Duration::from_millis(25);

/// A client of a team that watches from a place on, or from now.
async fn watching(server: &Server, credential: &str, variables: Value) -> Socket {
    subscribed(server, credential, json!({ "query": DOCUMENT, "variables": variables })).await
}

async fn subscribed(server: &Server, credential: &str, payload: Value) -> Socket {
    let mut socket = Socket::connect(server).await;
    socket.init(json!({ "authorization": format!("Bearer {credential}") })).await;
    socket.send(json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
    socket
}

/// The next message's payload.
async fn payload(socket: &mut Socket) -> Value {
    let message = timeout(Duration::from_secs(20), socket.next()).await.expect("a message");
    assert_eq!(message["type"], "next", "{message}");
    message["payload"].clone()
}

async fn number(socket: &mut Socket) -> u64 {
    payload(socket).await["data"]["entries"]["number"].as_u64().expect("a number")
}

/// Everybody has been told that nothing is missing, and has joined.
async fn gathered(server: &Server, count: usize) -> Vec<Socket> {
    gathered_by(server, count, DOCUMENT).await
}

async fn gathered_by(server: &Server, count: usize, document: &str) -> Vec<Socket> {
    let sockets = (0..count).map(async |member| {
        subscribed(server, &format!("team-{member}"), json!({ "query": document })).await
    });
    let mut sockets = join_all(sockets).await;
    for socket in &mut sockets {
        assert_eq!(number(socket).await, 0);
    }
    // One execution is left when the last of those who began alone has joined.
    while server.stage.0.streams.load(Ordering::SeqCst) > 1 {
        server.stage.0.dropped.notified().await;
    }
    sockets
}

fn executions(server: &Server) -> usize {
    server.stage.0.executions.load(Ordering::SeqCst)
}

#[tokio::test]
async fn fifty_clients_cost_one_execution() {
    let server = start().await;
    let mut sockets = gathered(&server, 50).await;
    let before = executions(&server);
    for entry in 1..=20 {
        server.stage.0.log.send_replace(entry);
        for socket in &mut sockets {
            assert_eq!(
                payload(socket).await,
                json!({ "data": { "entries": { "number": entry, "counted": entry } } })
            );
        }
    }
    assert_eq!(executions(&server) - before, 20);
}

#[tokio::test]
async fn who_resumes_replays_and_joins_without_gap_or_repeat() {
    let server = start().await;
    let mut sockets = gathered(&server, 3).await;
    server.stage.0.log.send_replace(10);
    for socket in &mut sockets {
        for entry in 1..=10 {
            assert_eq!(number(socket).await, entry);
        }
    }
    for after in [0, 4, 9, 10] {
        let mut late = watching(&server, "team-late", json!({ "after": after })).await;
        for entry in after + 1..=10 {
            assert_eq!(number(&mut late).await, entry);
        }
        sockets.push(late);
    }
    for entry in 11..=40 {
        server.stage.0.log.send_replace(entry);
        for socket in &mut sockets {
            assert_eq!(number(socket).await, entry);
        }
    }
    assert!(server.stage.0.streams.load(Ordering::SeqCst) < sockets.len(), "they share");
}

#[tokio::test]
async fn a_burst_reaches_everybody_in_order() {
    let server = start().await;
    let mut sockets = gathered(&server, 8).await;
    server.stage.0.log.send_replace(3_000);
    let readers = sockets.iter_mut().map(async |socket| {
        for entry in 1..=3_000 {
            assert_eq!(number(socket).await, entry);
        }
    });
    join_all(readers).await;
}

/// Whoever does not read is told so by an execution of its own, and costs the others nothing.
#[tokio::test]
async fn who_never_reads_is_told_and_closed() {
    let server = start_with(|limits| {
        limits.send_buffer_bytes = 64 * 1024;
        limits.stall_time = Duration::from_millis(100);
    })
    .await;
    let mut sockets = gathered_by(&server, 2, LONG).await;
    let (mut slow, mut reader) = (sockets.remove(0), sockets.remove(0));
    let dropped = &server.stage.0.dropped;
    dropped.notified().now_or_never();
    for entry in 1..=ENOUGH {
        server.stage.0.log.send_replace(entry);
        assert_eq!(number(&mut reader).await, entry);
        // It has ended once the execution is gone that told it.
        if timeout(PACE, dropped.notified()).await.is_ok() {
            break;
        }
    }
    let (mut last, mut code) = (None, None);
    let ending = async {
        while let Some(Ok(message)) = slow.0.next().await {
            match message {
                Message::Text(text) => last = Some(text),
                Message::Close(frame) => code = frame.map(|frame| u16::from(frame.code)),
                _ => {}
            }
        }
    };
    timeout(Duration::from_secs(60), ending).await.expect("it is closed");
    let last: Value = serde_json::from_str(&last.expect("a message")).expect("JSON");
    assert_eq!(last["payload"]["data"]["entries"]["number"], TOO_SLOW);
    assert_eq!(code, Some(1013));
}

#[tokio::test]
async fn who_leaves_takes_nobody_along() {
    let server = start().await;
    let mut sockets = gathered(&server, 5).await;
    for entry in 1..=4 {
        drop(sockets.remove(0));
        server.stage.0.log.send_replace(entry);
        for socket in &mut sockets {
            assert_eq!(number(socket).await, entry);
        }
    }
    drop(sockets);
    while server.stage.0.streams.load(Ordering::SeqCst) > 0 {
        server.stage.0.dropped.notified().await;
    }
}

#[tokio::test]
async fn other_rights_and_other_variables_are_another_group() {
    let server = start().await;
    let clients =
        [("team-a", json!({})), ("team-b", json!({ "by": 7 })), ("teams-c", json!({})), ("good", json!({}))];
    let mut sockets = join_all(clients.map(|(name, variables)| watching(&server, name, variables))).await;
    for socket in &mut sockets {
        assert_eq!(number(socket).await, 0);
    }
    let before = executions(&server);
    server.stage.0.log.send_replace(1);
    for socket in &mut sockets {
        assert_eq!(number(socket).await, 1);
    }
    assert_eq!(executions(&server) - before, 4);
}

/// An error names the request that it answers, so that it cannot be shared.
#[tokio::test]
async fn an_error_is_each_ones_own() {
    let server = start().await;
    let mut sockets = join_all((0..3).map(|_| watching(&server, "team-x", json!({ "by": 2 })))).await;
    for socket in &mut sockets {
        assert_eq!(number(socket).await, 0);
    }
    server.stage.0.log.send_replace(3);
    let mut requests = Vec::new();
    for socket in &mut sockets {
        assert_eq!(number(socket).await, 1);
        let failed = payload(socket).await;
        assert_eq!(failed["data"]["entries"], json!({ "number": 2, "counted": null }));
        assert_eq!(failed["errors"][0]["extensions"]["code"], "NOT_FOUND");
        requests.push(failed["errors"][0]["extensions"]["requestId"].clone());
        assert_eq!(number(socket).await, 3);
    }
    assert!(requests[0] != requests[1] && requests[1] != requests[2] && !requests[0].is_null());
}

/// A shared execution knows the rights, and not who has them.
#[tokio::test]
async fn no_viewer_is_in_a_shared_execution() {
    let server = start().await;
    let mut socket = Socket::connect(&server).await;
    socket.init(json!({ "authorization": "Bearer team-anna" })).await;
    socket.subscribe("1", "subscription { entries { number caller } }").await;
    assert_eq!(payload(&mut socket).await["data"]["entries"]["caller"], "Bearer team-anna", "alone");
    server.stage.0.log.send_replace(1);
    assert_eq!(payload(&mut socket).await["data"]["entries"]["caller"], "Bearer team", "together");
}
