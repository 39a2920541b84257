//! Server-Sent Events.

use std::time::Duration;

use serde_json::json;

use crate::harness::{start, start_with};

const EVENTS: &str = "text/event-stream";

#[tokio::test]
async fn results_and_the_end() {
    let server = start().await;
    let query = "subscription { count(to: 2) }";
    let expected = ":\n\nevent: next\nid: 1\ndata: {\"data\":{\"count\":1}}\n\n\
                    event: next\nid: 2\ndata: {\"data\":{\"count\":2}}\n\nevent: complete\ndata:\n\n";
    for request in [server.get(EVENTS, &[("query", query)]), server.post(EVENTS, &json!({ "query": query }))]
    {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        assert!(response.headers()["cache-control"].to_str().unwrap().contains("no-cache"));
        assert_eq!(response.text().await.unwrap(), expected);
    }
}

#[tokio::test]
async fn the_last_event_is_where_it_goes_on() {
    let server = start().await;
    let request =
        server.get(EVENTS, &[("query", "subscription { count(to: 3) }")]).header("last-event-id", "2");
    let text = request.send().await.unwrap().text().await.unwrap();
    assert!(text.contains("id: 3") && !text.contains("id: 2"), "{text}");
}

#[tokio::test]
async fn refusals_are_events_except_those_of_the_transport() {
    let server = start().await;
    for query in ["{", "{ nope }", "subscription { refused }"] {
        let response = server.post(EVENTS, &json!({ "query": query })).send().await.unwrap();
        assert_eq!(response.status(), 200, "{query}");
        let text = response.text().await.unwrap();
        assert!(
            text.contains("event: next\ndata: {\"errors\":[") && text.ends_with("event: complete\ndata:\n\n"),
            "{text}"
        );
    }
    let request = server.post(EVENTS, &json!({ "query": "{ hello }" })).header("authorization", "Bearer bad");
    assert_eq!(request.send().await.unwrap().status(), 401);
    let mutation = server.get(EVENTS, &[("query", "mutation { echo(text: \"x\") }")]);
    assert_eq!(mutation.send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn queries_and_mutations_are_streams_of_one() {
    let server = start().await;
    for (query, result) in [("{ hello }", "Hello"), ("mutation { echo(text: \"yes\") }", "yes")] {
        let text =
            server.post(EVENTS, &json!({ "query": query })).send().await.unwrap().text().await.unwrap();
        assert!(text.contains(result) && text.ends_with("event: complete\ndata:\n\n"), "{text}");
    }
}

#[tokio::test]
async fn quiet_streams_get_heartbeats_until_rights_end() {
    let server = start_with(|limits| limits.heartbeat_interval = Duration::from_millis(20)).await;
    let request = server.get(EVENTS, &[("query", "subscription { news }")]);
    let mut response = request.send().await.unwrap();
    let mut seen = String::new();
    while seen.len() < 12 {
        seen += std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap();
    }
    assert!(seen.starts_with(":\n\n:\n\n:\n\n"), "{seen}");
    server.gate.revocation.cancel();
    let rest = response.text().await.unwrap();
    assert!(rest.contains("UNAUTHENTICATED") && rest.ends_with("event: complete\ndata:\n\n"), "{rest}");
    server.stage.0.dropped.notified().await;
}
