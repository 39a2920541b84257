//! The server stops.

use serde_json::json;

use crate::harness::{Socket, start};

#[tokio::test]
async fn sockets_close_with_1001_and_mutations_end() {
    let server = start().await;
    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "mutation { waits }").await;
    server.stage.0.begun.notified().await;
    socket.subscribe("2", "subscription { news }").await;
    server.stage.0.begun.notified().await;
    server.shutdown.cancel();
    assert_eq!(socket.closed().await, 1001);
    server.stage.0.dropped.notified().await;

    server.tasks.close();
    let tasks = server.tasks.clone();
    let waiting = tokio::spawn(async move { tasks.wait().await });
    assert!(!waiting.is_finished());
    server.stage.0.go.notify_one();
    server.stage.0.done.notified().await;
    waiting.await.unwrap();
}

#[tokio::test]
async fn event_streams_break_off_so_that_clients_come_again() {
    let server = start().await;
    let request = server.post("text/event-stream", &json!({ "query": "subscription { news }" }));
    let response = request.send().await.unwrap();
    server.stage.0.begun.notified().await;
    server.shutdown.cancel();
    assert_eq!(response.text().await.unwrap(), ":\n\n");
}
