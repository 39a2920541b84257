//! Sizes, counts and times.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::{Socket, start, start_with};

#[tokio::test]
async fn large_bodies_are_refused_with_a_sentence() {
    let server = start().await;
    let body = vec![b' '; 10 * 1024 * 1024];
    let chunks = body.chunks(65_536).map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect::<Vec<_>>();
    let bodies =
        [reqwest::Body::from(body.clone()), reqwest::Body::wrap_stream(futures_util::stream::iter(chunks))];
    for body in bodies {
        let request = server.client.post(server.url()).header("content-type", "application/json").body(body);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 413);
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["errors"][0]["message"], "The body is larger than 1048576 bytes.");
    }
}

#[tokio::test]
async fn slow_bodies_are_given_up() {
    let server = start_with(|limits| limits.body_time = Duration::from_millis(50)).await;
    let mut socket = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let head =
        "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 408");
}

#[tokio::test]
async fn what_takes_too_long_times_out() {
    let server = start_with(|limits| limits.execution_time = Duration::from_millis(50)).await;
    let (status, body) = server.query("application/graphql-response+json", "{ waits }").await;
    assert_eq!((status, &body["errors"][0]["extensions"]["code"]), (504, &json!("TIMEOUT")));
    server.stage.0.dropped.notified().await;

    let (status, body) = server.query("application/json", "mutation { waits }").await;
    assert_eq!((status, &body["errors"][0]["extensions"]["code"]), (504, &json!("TIMEOUT")));
    server.stage.0.go.notify_one();
    server.stage.0.done.notified().await;

    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "{ waits }").await;
    let answer = socket.next().await;
    assert_eq!(
        (&answer["type"], &answer["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("TIMEOUT"))
    );
}

#[tokio::test]
async fn a_socket_runs_so_many_operations() {
    let server = start_with(|limits| limits.operations_per_socket = 2).await;
    let mut socket = Socket::open(&server).await;
    for id in ["1", "2", "3"] {
        socket.subscribe(id, "subscription { news }").await;
    }
    let answer = socket.next().await;
    assert_eq!(
        (&answer["id"], &answer["payload"][0]["extensions"]["code"]),
        (&json!("3"), &json!("RATE_LIMITED"))
    );
    socket.send(json!({ "type": "complete", "id": "1" })).await;
    socket.subscribe("3", "{ hello }").await;
    assert_eq!(socket.next().await["type"], "next");
}

#[tokio::test]
async fn a_credential_has_so_many_sockets() {
    let server = start_with(|limits| limits.streams_per_credential = 1).await;
    let first = Socket::open(&server).await;
    let mut second = Socket::connect(&server).await;
    second.send(json!({ "type": "connection_init" })).await;
    assert_eq!(second.closed().await, 1013);
    let mut other = Socket::connect(&server).await;
    other.init(json!({ "authorization": "Bearer good" })).await;
    drop(first);
    // The seat is free when the server has seen that the first is gone.
    loop {
        let mut again = Socket::connect(&server).await;
        again.send(json!({ "type": "connection_init" })).await;
        if matches!(futures_util::StreamExt::next(&mut again.0).await, Some(Ok(message)) if message.is_text())
        {
            break;
        }
    }
}

#[tokio::test]
async fn a_credential_has_so_many_streams() {
    let server = start_with(|limits| limits.streams_per_credential = 1).await;
    let query = [("query", "subscription { news }")];
    let first = server.get("text/event-stream", &query).send().await.unwrap();
    let second = server.get("text/event-stream", &query).send().await.unwrap();
    assert_eq!((first.status().as_u16(), second.status().as_u16()), (200, 429));
}

#[tokio::test]
async fn operations_are_counted() {
    let server = start().await;
    let mut socket = Socket::connect(&server).await;
    socket.init(json!({ "Authorization": "Bearer greedy" })).await;
    socket.subscribe("1", "{ hello }").await;
    let answer = socket.next().await;
    assert_eq!(answer["payload"][0]["extensions"]["code"], "RATE_LIMITED");
}
