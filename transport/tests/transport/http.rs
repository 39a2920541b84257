//! POST and GET.

use reqwest::header;
use serde_json::{Value, json};

use crate::harness::start;

const JSON: &str = "application/json";
const GRAPHQL: &str = "application/graphql-response+json";

#[tokio::test]
async fn statuses_by_media_type() {
    let server = start().await;
    let variable = json!({ "query": "query ($n: String!) { hello(name: $n) }", "variables": { "n": null } });
    let unnamed = json!({ "query": "query A { hello } query B { hello }" });
    let undone = json!({ "query": "{ refusedStrictly }" });
    for (body, modern, legacy) in [
        (json!({ "query": "{ hello }" }), 200, 200),
        (json!({ "query": "{ hello refused }" }), 200, 200),
        (undone, 200, 200),
        (json!({ "query": "{" }), 400, 200),
        (json!({ "query": "{ nope }" }), 422, 200),
        (json!({ "query": "{ page(first: 101) }" }), 200, 200),
        (variable, 422, 200),
        (unnamed, 422, 200),
        (json!({ "query": "{ hello }", "operationName": "Nope" }), 422, 200),
        (json!({ "query": 1 }), 422, 400),
        (json!({ "query": "{ hello }", "variables": [] }), 422, 400),
        (json!([{ "query": "{ hello }" }]), 422, 400),
    ] {
        for (accept, expected) in [(GRAPHQL, modern), (JSON, legacy), ("*/*", legacy)] {
            let response = server.post(accept, &body).send().await.unwrap();
            assert_eq!(response.status(), expected, "{body} as {accept}");
            let media = if accept == GRAPHQL { GRAPHQL } else { JSON };
            assert_eq!(response.headers()[header::CONTENT_TYPE], format!("{media}; charset=utf-8"));
            let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
            let answer: Value = response.json().await.unwrap();
            for error in answer["errors"].as_array().into_iter().flatten() {
                assert_eq!(error["extensions"]["requestId"], id.as_str(), "{answer}");
                assert!(error["extensions"]["code"].is_string(), "{answer}");
            }
            let is_refused = answer["errors"].is_array() && ![200].contains(&modern);
            assert_eq!(answer.get("data").is_none(), is_refused, "{answer}");
        }
    }
}

#[tokio::test]
async fn errors_carry_codes_and_hide_causes() {
    let server = start().await;
    let code = async |query: &str| {
        let (_, body) = server.query(GRAPHQL, query).await;
        body["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(code("{ refused }").await, "NOT_FOUND");
    assert_eq!(code("{ page(first: 101) }").await, "BAD_REQUEST");
    assert_eq!(code("{ nope }").await, "BAD_REQUEST");
    assert_eq!(code("{ leak }").await, "INTERNAL");
    let (status, body) = server.query(GRAPHQL, "{ leak hello }").await;
    assert_eq!((status, &body["data"]["hello"]), (200, &json!("Hello, world!")));
    assert!(!body.to_string().contains("secret"), "{body}");
    let (status, body) = server.query(GRAPHQL, "{ panics }").await;
    assert_eq!((status, &body["errors"][0]["extensions"]["code"]), (500, &json!("INTERNAL")));
    let (_, body) = server.query(GRAPHQL, "{ refusedStrictly }").await;
    assert_eq!(
        (&body["data"], &body["errors"][0]["extensions"]["code"]),
        (&Value::Null, &json!("FORBIDDEN"))
    );
}

#[tokio::test]
async fn only_json_bodies_are_read() {
    let server = start().await;
    for (content_type, expected) in [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/json; charset=utf-16", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/graphql", 415),
        ("", 415),
    ] {
        let request = server.client.post(server.url()).body(r#"{"query":"{ hello }"}"#);
        let response = request.header(header::CONTENT_TYPE, content_type).send().await.unwrap();
        assert_eq!(response.status(), expected, "{content_type}");
    }
    let response = server.client.post(server.url()).body(r#"{"query":"{ hello }"}"#).send().await.unwrap();
    assert_eq!(response.status(), 415);
    assert!(response.json::<Value>().await.unwrap()["errors"][0]["message"].is_string());
}

#[tokio::test]
async fn bodies_that_are_not_json_get_a_sentence() {
    let server = start().await;
    let deep = "[".repeat(200_000);
    for body in [&b""[..], b"{", b"\xff\xfe", b"{\"query\":\"\xc3\x28\"}", deep.as_bytes()] {
        let request = server.client.post(server.url()).header(header::CONTENT_TYPE, JSON).body(body.to_vec());
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 400);
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_REQUEST");
        assert!(answer["errors"][0]["message"].as_str().unwrap().starts_with("The body is not valid"));
    }
}

#[tokio::test]
async fn gets_only_read() {
    let server = start().await;
    let response = server.get(GRAPHQL, &[("query", "{ hello }")]).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let variables = [("query", "query ($n: String!) { hello(name: $n) }"), ("variables", r#"{"n":"you"}"#)];
    let answer: Value = server.get(JSON, &variables).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["data"]["hello"], "Hello, you!");

    let response = server.get(GRAPHQL, &[("query", "mutation { echo(text: \"x\") }")]).send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()[header::ALLOW], "POST");

    assert_eq!(server.get(JSON, &[]).send().await.unwrap().status(), 400);
    assert_eq!(
        server.get(GRAPHQL, &[("query", "{"), ("variables", "x")]).send().await.unwrap().status(),
        422
    );
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let server = start().await;
    for method in [reqwest::Method::PUT, reqwest::Method::DELETE, reqwest::Method::PATCH] {
        let response = server.client.request(method, server.url()).send().await.unwrap();
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()[header::ALLOW], "GET, POST");
    }
}

#[tokio::test]
async fn what_nobody_can_send_is_not_acceptable() {
    let server = start().await;
    let (status, body) = server.query("image/png", "{ hello }").await;
    assert_eq!(status, 406, "{body}");
    let (status, body) = server.query(GRAPHQL, "subscription { count(to: 1) }").await;
    assert_eq!(status, 406, "{body}");
    assert!(body["errors"][0]["message"].as_str().unwrap().contains("text/event-stream"));
}

#[tokio::test]
async fn credentials_are_settled_before_the_body_is_read() {
    let server = start().await;
    for (credential, status, code) in [
        ("Bearer bad", 401, "UNAUTHENTICATED"),
        ("Bearer down", 503, "UNAVAILABLE"),
        ("Bearer greedy", 429, "RATE_LIMITED"),
    ] {
        let request = server.client.post(server.url()).header(header::CONTENT_TYPE, JSON).body("not json");
        let response = request.header(header::AUTHORIZATION, credential).send().await.unwrap();
        assert_eq!(response.status(), status);
        let headers = response.headers().clone();
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], code);
        assert_eq!(headers.contains_key(header::WWW_AUTHENTICATE), status == 401);
        assert_eq!(headers.contains_key(header::RETRY_AFTER), status != 401);
    }
    let request = server.post(JSON, &json!({ "query": "{ caller }" }));
    let response = request.header(header::AUTHORIZATION, "Bearer good").send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap()["data"]["caller"], "Bearer good");
}

#[tokio::test]
async fn request_ids_are_taken_over_when_sane() {
    let server = start().await;
    let id = async |given: &str| {
        let request = server.post(JSON, &json!({ "query": "{ requestId }" })).header("x-request-id", given);
        let response = request.send().await.unwrap();
        let header = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(response.json::<Value>().await.unwrap()["data"]["requestId"], header.as_str());
        header
    };
    assert_eq!(id("trace-7").await, "trace-7");
    assert_ne!(id("a b").await, "a b");
}

#[tokio::test]
async fn pages_of_allowed_origins_may_read() {
    let server = start().await;
    let allowed = async |origin: &str| {
        let request = server.client.request(reqwest::Method::OPTIONS, server.url());
        let request = request.header(header::ORIGIN, origin).header("access-control-request-method", "POST");
        let request = request.header("access-control-request-headers", "authorization,content-type");
        let response = request.send().await.unwrap();
        response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_some()
    };
    assert!(allowed("https://app.example").await);
    assert!(!allowed("https://evil.example").await);
}

#[tokio::test]
async fn a_person_is_sent_to_the_explorer() {
    let server = start().await;
    let response = server.get("text/html,*/*;q=0.8", &[]).send().await.unwrap();
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()[header::LOCATION], "/graphiql");
    let response = server.get("text/html,*/*;q=0.8", &[("query", "{ hello }")]).send().await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_trusted_proxy_names_the_client() {
    let server = start().await;
    let request = server.post(JSON, &json!({ "query": "{ peer }" }));
    let response = request.header("x-forwarded-for", "1.2.3.4, 10.9.8.7").send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap()["data"]["peer"], "10.9.8.7");
}
