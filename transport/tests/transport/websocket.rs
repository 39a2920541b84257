//! The protocol `graphql-transport-ws`.

use std::time::Duration;

use serde_json::json;
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};

use futures_util::{SinkExt, StreamExt};

use crate::harness::{Socket, start, start_with};

#[tokio::test]
async fn every_kind_of_operation() {
    let server = start().await;
    let mut socket = Socket::open(&server).await;
    for (query, results) in [
        ("{ hello }", vec![json!({ "data": { "hello": "Hello, world!" } })]),
        ("mutation { echo(text: \"x\") }", vec![json!({ "data": { "echo": "x" } })]),
        (
            "subscription { count(to: 2) }",
            vec![json!({ "data": { "count": 1 } }), json!({ "data": { "count": 2 } })],
        ),
    ] {
        socket.subscribe("a", query).await;
        for result in results {
            assert_eq!(socket.next().await, json!({ "type": "next", "id": "a", "payload": result }));
        }
        assert_eq!(socket.next().await, json!({ "type": "complete", "id": "a" }));
    }
}

#[tokio::test]
async fn refusals_are_errors_and_field_errors_are_results() {
    let server = start().await;
    let mut socket = Socket::open(&server).await;
    for (query, code) in [
        ("{", "BAD_REQUEST"),
        ("{ nope }", "BAD_REQUEST"),
        ("query ($n: String!) { hello(name: $n) }", "BAD_REQUEST"),
        ("subscription { refused }", "CURSOR_INVALID"),
        ("subscription { panics }", "INTERNAL"),
    ] {
        socket.subscribe("1", query).await;
        let message = socket.next().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("1")), "{query}: {message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], code, "{query}");
        assert!(message["payload"][0]["extensions"]["requestId"].is_string());
    }
    socket.subscribe("2", "subscription { flickers }").await;
    let kinds = [socket.next().await, socket.next().await, socket.next().await, socket.next().await];
    assert_eq!(kinds[1]["type"], "next");
    assert_eq!(kinds[1]["payload"]["errors"][0]["extensions"]["code"], "NOT_FOUND");
    assert_eq!(kinds[2]["payload"]["data"]["flickers"], 3);
    assert_eq!(kinds[3]["type"], "complete");
}

#[tokio::test]
async fn messages_that_are_none_close_with_4400() {
    let server = start().await;
    for text in [
        "{",
        "[]",
        r#"{"type":"nope"}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"complete","id":""}"#,
    ] {
        let mut socket = Socket::open(&server).await;
        socket.send_text(text).await;
        assert_eq!(socket.closed().await, 4400, "{text}");
    }
    let mut socket = Socket::open(&server).await;
    socket.0.send(Message::binary(&b"{}"[..])).await.unwrap();
    assert_eq!(socket.closed().await, 4400);
}

#[tokio::test]
async fn initialisation() {
    let server = start_with(|limits| limits.init_time = Duration::from_millis(200)).await;
    let init = json!({ "type": "connection_init" });
    let close = async |messages: &[serde_json::Value]| {
        let mut socket = Socket::connect(&server).await;
        for message in messages {
            socket.send(message.clone()).await;
        }
        socket.closed().await
    };
    let subscribe = json!({ "type": "subscribe", "id": "1", "payload": { "query": "{ hello }" } });
    let with = |token: &str| json!({ "type": "connection_init", "payload": { "authorization": token } });
    assert_eq!(close(&[]).await, 4408);
    assert_eq!(close(std::slice::from_ref(&subscribe)).await, 4401);
    assert_eq!(close(&[init.clone(), init.clone()]).await, 4429);
    assert_eq!(close(&[with("Bearer bad")]).await, 4403);
    assert_eq!(close(&[with("Bearer down")]).await, 1013);
    assert_eq!(close(&[with("Bearer slow")]).await, 4408);
    assert_eq!(close(&[with("Bearer slow"), subscribe]).await, 4401);
    assert_eq!(close(&[with("Bearer slow"), init]).await, 4429);
    assert_eq!(close(&[json!({ "type": "connection_init", "payload": { "authorization": 1 } })]).await, 4400);
}

#[tokio::test]
async fn credentials_come_by_payload_or_by_header() {
    let server = start().await;
    let header = [("sec-websocket-protocol", "graphql-transport-ws"), ("authorization", "Bearer header")];
    for (payload, caller) in [
        (json!({ "authorization": "Bearer a" }), "Bearer a"),
        (json!({ "Authorization": "Bearer b" }), "Bearer b"),
        (json!({}), "Bearer header"),
    ] {
        let mut socket = Socket::connect_with(&server, &header).await.unwrap();
        socket.init(payload).await;
        socket.subscribe("1", "{ caller }").await;
        assert_eq!(socket.next().await["payload"]["data"]["caller"], caller);
    }
}

#[tokio::test]
async fn handshakes() {
    let server = start().await;
    let socket = Socket::connect_with(&server, &[]).await.unwrap();
    assert_eq!(socket.closed().await, 4406);
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    for (origin, is_allowed) in
        [("https://app.example", true), ("https://evil.example", false), ("null", false)]
    {
        let result = Socket::connect_with(&server, &[protocol, ("origin", origin)]).await;
        assert_eq!(result.err(), (!is_allowed).then_some(403), "{origin}");
    }
    let own = format!("http://{}", server.address);
    assert!(Socket::connect_with(&server, &[protocol, ("origin", &own)]).await.is_ok());
}

#[tokio::test]
async fn ids_that_run_are_taken() {
    let server = start().await;
    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "subscription { news }").await;
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.close_frame().await, (4409, "Subscriber for 1 already exists".to_owned()));

    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "subscription { news }").await;
    socket.send(json!({ "type": "complete", "id": "1" })).await;
    socket.send(json!({ "type": "complete", "id": "unknown" })).await;
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.next().await["payload"]["data"]["hello"], "Hello, world!");
}

#[tokio::test]
async fn pings_are_answered_and_sent() {
    let server = start_with(|limits| limits.ping_interval = Duration::from_millis(50)).await;
    let mut socket = Socket::connect(&server).await;
    socket.send(json!({ "type": "ping", "payload": { "a": 1 } })).await;
    assert_eq!(socket.next().await, json!({ "type": "pong", "payload": { "a": 1 } }));
    socket.send(json!({ "type": "pong" })).await;
    socket.0.send(Message::Ping("x".into())).await.unwrap();
    let (mut pings, mut pongs) = (0, 0);
    while pings < 4 || pongs < 1 {
        match socket.0.next().await.unwrap().unwrap() {
            Message::Ping(_) => pings += 1,
            Message::Pong(payload) => {
                assert_eq!(payload, "x");
                pongs += 1;
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn rights_that_end_close_with_4403() {
    let server = start().await;
    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "subscription { news }").await;
    server.stage.0.begun.notified().await;
    server.gate.revocation.cancel();
    assert_eq!(socket.closed().await, 4403);
    server.stage.0.dropped.notified().await;
}

#[tokio::test]
async fn long_results_arrive_whole() {
    let server = start().await;
    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "{ long(length: 1000000) }").await;
    assert_eq!(socket.next().await["payload"]["data"]["long"].as_str().unwrap().len(), 1_000_000);
}

/// A hundred operations on one socket, a hundred events: all arrive, each operation's in order.
#[tokio::test]
async fn many_operations_share_a_socket() {
    let server = start().await;
    let mut socket = Socket::open(&server).await;
    for id in 0..100 {
        socket.subscribe(&id.to_string(), "subscription { news }").await;
        server.stage.0.begun.notified().await;
    }
    for number in 0..100 {
        server.stage.0.news.send(number).unwrap();
    }
    let mut seen = std::collections::HashMap::<String, i64>::new();
    for _ in 0..10_000 {
        let message = socket.next().await;
        let next = seen.entry(message["id"].as_str().unwrap().to_owned()).or_default();
        assert_eq!(message["payload"]["data"]["news"], *next);
        *next += 1;
    }
    assert!(seen.len() == 100 && seen.values().all(|count| *count == 100));
}

#[tokio::test]
async fn a_client_that_closes_is_answered() {
    let server = start().await;
    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "subscription { news }").await;
    server.stage.0.begun.notified().await;
    socket.0.close(Some(CloseFrame { code: 1000.into(), reason: "done".into() })).await.unwrap();
    assert_eq!(socket.close_frame().await, (1000, "done".to_owned()));
    server.stage.0.dropped.notified().await;
}
