//! Clients that go away, or read too slowly.

use std::{sync::atomic::Ordering, time::Duration};

use futures_util::StreamExt;
use serde_json::json;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{Socket, start, start_with};

#[tokio::test]
async fn a_query_is_cancelled_and_a_mutation_goes_on() {
    let server = start().await;
    for accept in ["application/json", "text/event-stream"] {
        let request = server.post(accept, &json!({ "query": "{ waits }" })).send();
        let client = tokio::spawn(async { request.await?.text().await });
        server.stage.0.begun.notified().await;
        client.abort();
        server.stage.0.dropped.notified().await;

        let request = server.post(accept, &json!({ "query": "mutation { waits }" })).send();
        let client = tokio::spawn(async { request.await?.text().await });
        server.stage.0.begun.notified().await;
        client.abort();
        assert!(client.await.unwrap_err().is_cancelled());
        server.stage.0.go.notify_one();
        server.stage.0.done.notified().await;
    }
}

#[tokio::test]
async fn what_ran_on_a_socket_ends_with_it() {
    let server = start().await;
    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "{ waits }").await;
    server.stage.0.begun.notified().await;
    socket.send(json!({ "type": "complete", "id": "1" })).await;
    server.stage.0.dropped.notified().await;

    socket.subscribe("2", "subscription { news }").await;
    server.stage.0.begun.notified().await;
    drop(socket);
    server.stage.0.dropped.notified().await;
}

#[tokio::test]
async fn an_event_stream_ends_with_its_client() {
    let server = start().await;
    let query = [("query", "subscription { news }")];
    let response = server.get("text/event-stream", &query).send().await.unwrap();
    server.stage.0.begun.notified().await;
    drop(response);
    server.stage.0.dropped.notified().await;
}

/// Nothing is lost to a client that reads slowly, and little waits for it.
#[tokio::test]
async fn streams_pause_while_their_client_does_not_read() {
    let server = start_with(|limits| limits.send_buffer_bytes = 64 * 1024).await;
    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "subscription { flood(length: 10000) }").await;
    // The kernel's buffers fill up, then ours; then nothing more is made.
    while timeout(Duration::from_millis(500), server.stage.0.flood.notified()).await.is_ok() {}
    let before = server.stage.0.flooded.load(Ordering::SeqCst);
    assert!((10..2_000).contains(&before), "{before} items of 10 kB wait for a client that does not read");
    for _ in 0..before + 100 {
        assert_eq!(socket.next().await["payload"]["data"]["flood"].as_str().unwrap().len(), 10_000);
    }
}

#[tokio::test]
async fn a_client_that_never_reads_is_told_and_closed() {
    let server = start_with(|limits| {
        limits.send_buffer_bytes = 64 * 1024;
        limits.stall_time = Duration::from_millis(300);
    })
    .await;
    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "subscription { flood(length: 10000) }").await;
    server.stage.0.dropped.notified().await;
    let (mut last, mut code) = (None, None);
    while let Some(Ok(message)) = socket.0.next().await {
        match message {
            Message::Text(text) => last = Some(serde_json::from_str::<serde_json::Value>(&text).unwrap()),
            Message::Close(frame) => code = frame.map(|frame| u16::from(frame.code)),
            _ => {}
        }
    }
    assert_eq!(last.unwrap()["payload"]["data"]["flood"], "too slow");
    assert_eq!(code, Some(1013));

    let query = [("query", "subscription { flood(length: 10000) }")];
    let response = server.get("text/event-stream", &query).send().await.unwrap();
    server.stage.0.dropped.notified().await;
    let text = response.text().await.unwrap();
    assert!(text.ends_with("data: {\"data\":{\"flood\":\"too slow\"}}\n\n"), "{}", &text[text.len() - 200..]);
}

/// Whoever asks and asks, and never reads the answers, is cut off.
#[tokio::test]
async fn a_flood_of_pings_is_cut_off() {
    let server = start_with(|limits| {
        limits.send_buffer_bytes = 16 * 1024;
        limits.close_time = Duration::from_millis(100);
    })
    .await;
    let socket = Socket::connect(&server).await;
    let (mut writer, reader) = socket.0.split();
    let ping =
        Message::text(json!({ "type": "ping", "payload": { "text": "x".repeat(10_000) } }).to_string());
    while futures_util::SinkExt::send(&mut writer, ping.clone()).await.is_ok() {}
    drop(reader);
}
