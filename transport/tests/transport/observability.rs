//! What an operator sees.

use std::{
    io,
    sync::{Arc, Mutex},
};

use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::json;
use tracing::{Dispatch, subscriber::NoSubscriber};

use crate::harness::{Socket, start};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The runtime of a test has one thread, so that the thread's subscriber hears the server too.
#[tokio::test]
async fn one_line_a_request_without_variables_or_tokens() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    // Of one subscriber alone, tracing asks only the thread that first comes to a callsite (tracing-core's
    // `callsite::dispatchers::Rebuilder::JustOne`): another test's thread would switch the line off for all of them.
    let _second = Dispatch::new(NoSubscriber::new());
    let server = start().await;
    let query = "query Greeting($n: String!) { hello(name: $n) refused }";
    let body = json!({ "query": query, "variables": { "n": "private" } });
    let request = server.post("application/json", &body).header("x-request-id", "trace-1");
    request.header("authorization", "Bearer secret").send().await.unwrap().text().await.unwrap();
    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "subscription Numbers { count(to: 2) }").await;
    for _ in 0..3 {
        socket.next().await;
    }

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(!text.contains("private") && !text.contains("secret"), "{text}");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let lines: Vec<_> = lines.iter().filter(|line| line["fields"]["message"] == "graphql request").collect();
    assert_eq!(lines.len(), 2, "{text}");
    for (line, expected) in lines.iter().zip([
        json!(["trace-1", "http", "query", "Greeting", "errors", 200, "NOT_FOUND"]),
        json!([lines[1]["fields"]["request.id"], "websocket", "subscription", "Numbers", "ok", null, ""]),
    ]) {
        let fields = &line["fields"];
        let seen = json!([
            fields["request.id"],
            fields["request.transport"],
            fields["operation.kind"],
            fields["operation.name"],
            fields["outcome"],
            fields["status"],
            fields["errors.codes"],
        ]);
        assert_eq!(seen, expected);
    }
}

#[tokio::test]
async fn metrics_count_what_is_open_and_what_was_asked() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let server = start().await;
    server.query("application/json", "{ hello }").await;
    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "subscription { news }").await;
    server.stage.0.begun.notified().await;
    let shown = handle.render();
    for line in [
        "sportello_graphql_requests_total{transport=\"http\",kind=\"query\",outcome=\"ok\"} 1",
        "sportello_graphql_operations_running{kind=\"subscription\"} 1",
        "sportello_graphql_operations_running{kind=\"query\"} 0",
        "sportello_graphql_sockets_open 1",
    ] {
        assert!(shown.contains(line), "{line} is not in\n{shown}");
    }
    drop(socket);
    server.stage.0.dropped.notified().await;
    tokio::task::yield_now().await;
    assert!(handle.render().contains("sportello_graphql_operations_running{kind=\"subscription\"} 0"));
}
