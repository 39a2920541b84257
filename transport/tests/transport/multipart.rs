//! Apollo's multipart subscriptions.

use serde_json::{Value, json};

use crate::harness::start;

const MULTIPART: &str = "multipart/mixed;subscriptionSpec=1.0, application/json";

/// The contents of the parts that are complete.
fn parts(text: &str) -> Vec<Value> {
    let parts: Vec<_> = text.split("--graphql").collect();
    let complete = parts.iter().skip(1).take(parts.len().saturating_sub(2));
    complete.map(|part| serde_json::from_str(part.split_once("\r\n\r\n").unwrap().1).unwrap()).collect()
}

#[tokio::test]
async fn every_result_is_complete_when_it_comes() {
    let server = start().await;
    let request = server.post(MULTIPART, &json!({ "query": "subscription { news }" }));
    let mut response = request.send().await.unwrap();
    let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    assert_eq!(content_type, "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0");
    server.stage.0.begun.notified().await;
    let mut seen = String::new();
    for number in 1..=3 {
        server.stage.0.news.send(number).unwrap();
        // Without a next event, the client must already see the end of this one's part.
        while parts(&seen).last() != Some(&json!({ "payload": { "data": { "news": number } } })) {
            seen += std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap();
        }
    }
    assert_eq!(parts(&seen)[0], json!({}));
    server.gate.revocation.cancel();
    seen += &response.text().await.unwrap();
    let last = parts(&seen).pop().unwrap();
    assert_eq!(
        (&last["payload"], &last["errors"][0]["extensions"]["code"]),
        (&Value::Null, &json!("UNAUTHENTICATED"))
    );
    assert!(seen.ends_with("\r\n--graphql--\r\n"), "{seen}");
}

#[tokio::test]
async fn what_has_one_result_is_json_where_that_is_accepted() {
    let server = start().await;
    let (status, body) = server.query(MULTIPART, "{ hello }").await;
    assert_eq!((status, &body["data"]["hello"]), (200, &json!("Hello, world!")));
    let only = server.post("multipart/mixed;subscriptionSpec=1.0", &json!({ "query": "{ hello }" }));
    let text = only.send().await.unwrap().text().await.unwrap();
    assert_eq!(parts(&text)[1]["payload"]["data"]["hello"], "Hello, world!");
}
