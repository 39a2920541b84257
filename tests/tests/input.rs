//! Bad input gets a code, a place and a sentence: never a 500, never a hang.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use sportello_tests::{Client, Desk, on_both};

async fn opens_nothing(owner: &Client, field: &str, value: Json, refusal: &str) {
    let mut input = json!({ "title": "x", "contactPhone": "+393510000001" });
    input[field] = value.clone();
    assert_eq!(owner.is_refused("ticketOpen", input).await, refusal, "{field}: {value}");
}

on_both!(texts_that_are_no_texts, async |desk: Desk| {
    let owner = &desk.owner;
    for (field, value, refusal) in [
        ("title", json!(""), "REQUIRED title"),
        ("title", json!(" \n "), "REQUIRED title"),
        ("title", json!("a\u{0}b"), "INVALID title"),
        ("title", json!("a\nb"), "INVALID title"),
        ("title", json!("è".repeat(201)), "TOO_LONG title"),
        ("description", json!("a\u{0}b"), "INVALID description"),
        ("description", json!("x".repeat(20_001)), "TOO_LONG description"),
        ("category", json!("x".repeat(81)), "TOO_LONG category"),
        ("category", json!("  "), "REQUIRED category"),
        ("externalId", json!("a\u{7}"), "INVALID externalId"),
        ("reference", json!("x".repeat(41)), "TOO_LONG reference"),
        ("idempotencyKey", json!(""), "INVALID idempotencyKey"),
        ("contactPhone", json!("+39"), "INVALID contactPhone"),
        ("contactPhone", json!("+39351000\u{0}0001"), "INVALID contactPhone"),
        ("statusId", json!("nonsense"), "NOT_FOUND statusId"),
        ("assigneeId", json!("\u{0}"), "NOT_FOUND assigneeId"),
        ("categoryId", json!(""), "NOT_FOUND categoryId"),
    ] {
        opens_nothing(owner, field, value, refusal).await;
    }
    assert_eq!(
        owner.opens(&"😀".repeat(200)).await["title"],
        "😀".repeat(200),
        "code points count, not bytes"
    );
    let input = json!({ "name": "x", "email": "no address", "phone": "+393510000001", "locale": "?" });
    let payload = owner.mutate("contactCreate", "contact { id }", input).await;
    let paths: Vec<_> =
        payload["userErrors"].as_array().expect("a list").iter().map(|error| &error["path"][0]).collect();
    assert!(paths.contains(&&json!("email")) && paths.contains(&&json!("locale")), "all at once: {payload}");
});

on_both!(arguments_that_mean_nothing, async |desk: Desk| {
    let owner = &desk.owner;
    let cursor = owner
        .read("{ ticketCategories { pageInfo { endCursor } } account { eventCursor } }", json!({}))
        .await;
    for (arguments, code) in [
        (json!({ "first": 101 }), "BAD_REQUEST"),
        (json!({ "first": -1 }), "BAD_REQUEST"),
        (json!({ "first": 1, "last": 1 }), "BAD_REQUEST"),
        (json!({ "first": 99_999_999_999_i64 }), "BAD_REQUEST"),
        (json!({ "first": "two" }), "BAD_REQUEST"),
        (json!({ "after": "nonsense" }), "CURSOR_INVALID"),
        (json!({ "after": "" }), "CURSOR_INVALID"),
        (json!({ "after": "é\u{0}" }), "CURSOR_INVALID"),
        (json!({ "before": cursor["account"]["eventCursor"] }), "CURSOR_INVALID"),
        (json!({ "where": { "title": { "eq": null } } }), "BAD_REQUEST"),
        (json!({ "where": { "title": {} } }), "BAD_REQUEST"),
        (json!({ "where": { "nothing": { "eq": "a" } } }), "BAD_REQUEST"),
        (json!({ "where": { "openedAt": { "gt": "yesterday" } } }), "BAD_REQUEST"),
        (json!({ "where": { "openedAt": { "gt": "2026-13-01T00:00:00Z" } } }), "BAD_REQUEST"),
        (json!({ "where": { "openedAt": { "gt": "P99999999999999Y" } } }), "BAD_REQUEST"),
        (json!({ "where": { "priority": { "eq": "HUGE" } } }), "BAD_REQUEST"),
        (json!({ "where": { "noteCount": { "gt": 1.5 } } }), "BAD_REQUEST"),
        (json!({ "orderBy": [{ "field": "NOTHING" }] }), "BAD_REQUEST"),
    ] {
        owner.tickets_showing("id", arguments.clone()).await.must_be(code);
    }
    let mut deep = json!({ "title": { "eq": "x" } });
    for _ in 0..60 {
        deep = json!({ "not": deep });
    }
    let answer = owner.tickets_showing("id", json!({ "where": deep })).await;
    assert!(["FILTER_TOO_COMPLEX", "BAD_REQUEST"].contains(&answer.code()), "{answer:?}");
    let wide = vec![json!({ "title": { "eq": "x" } }); 5_000];
    owner.tickets_showing("id", json!({ "where": { "or": wide } })).await.must_be("FILTER_TOO_COMPLEX");
    owner
        .ask("query($c: EventCursor) { changes(after: $c) { hasMore } }", json!({ "c": "x" }))
        .await
        .must_be("CURSOR_INVALID");
    for id in ["", "x", "\u{0}", "../../etc/passwd", &"9".repeat(10_000)] {
        let answer = owner
            .read("query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }", json!({ "id": id }))
            .await;
        assert_eq!(answer, json!({ "node": null, "nodes": [null] }));
    }
});

on_both!(searches_of_all_kinds, async |desk: Desk| {
    desk.owner.opens("100% of 'x' are _wrong_ \\ \"here\"").await;
    for search in [
        "%",
        "_",
        "'",
        "\\",
        "\"",
        "(",
        "status:nowhere",
        "-",
        "*",
        "\u{0}",
        "😀",
        &"a ".repeat(600),
        &"(".repeat(900),
    ] {
        let answer = desk.owner.tickets_showing("id", json!({ "search": search })).await;
        assert!(answer.status < 500 && answer.code() != "INTERNAL", "{search}: {answer:?}");
    }
});

on_both!(documents_that_are_none, async |desk: Desk| {
    let owner = &desk.owner;
    let mut aliases = String::from("{");
    for number in 0..10_000 {
        write!(aliases, " a{number}: __typename").expect("written");
    }
    let nested = format!(
        "{{ tickets {}{} }}",
        "{ nodes { contact { tickets ".repeat(40),
        "{ nodes { id } } } } }".repeat(40)
    );
    let spreads: String = (0..40)
        .map(|number| format!("fragment F{number} on Query {{ ...F{0} ...F{0} }} ", number + 1))
        .collect();
    let doubling = format!("{{ ...F0 }} {spreads} fragment F40 on Query {{ __typename }}");
    for document in [
        "",
        "{",
        "}",
        "query",
        "{ }",
        "{ nothing }",
        "{ account { nothing } }",
        "{ account }",
        "\u{0}",
        "é",
        "query A { account { id } } query B { account { id } }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ ...A }",
        "query($a: Nothing) { account { id } }",
        "mutation { ticketOpen { ticket { id } } }",
        "{ account { id @skip } }",
        "{ account { id @nothing } }",
        "subscription { ticketChanges { __typename } account { id } }",
        &format!("{aliases} }}"),
        &nested,
        &doubling,
        &"{ account ".repeat(20_000),
        &"[".repeat(100_000),
        &format!("{{ account(a: {}1{}) {{ id }} }}", "[".repeat(10_000), "]".repeat(10_000)),
    ] {
        let answer = owner.ask(document, json!({})).await;
        let start = document.get(..60).unwrap_or(document);
        assert!(answer.status < 500, "{start}: {}", answer.status);
        let known = ["BAD_REQUEST", "QUERY_TOO_COMPLEX", "QUERY_TOO_DEEP"];
        assert!(known.contains(&answer.code()), "{start}: {answer:?}");
        assert!(answer.message().len() > 8, "{start}: {answer:?}");
    }
});

on_both!(bodies_that_are_none, async |desk: Desk| {
    let owner = &desk.owner;
    let deep = format!(
        "{{\"query\": \"{{ account {{ id }} }}\", \"variables\": {{\"a\": {}{}}}}}",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    for body in [
        "",
        "null",
        "[]",
        "{}",
        "{\"query\": 1}",
        "{\"query\"",
        "{\"query\": \"{ account { id } }\", \"variables\": 1}",
        "\u{0}",
        "[[[[[",
        "{\"query\": \"{ account { id } }\", \"operationName\": 7}",
        &deep,
    ] {
        let answer = owner.post(body.to_owned()).await;
        assert!((400..500).contains(&answer.status), "{body:.60}: {answer:?}");
        answer.must_be("BAD_REQUEST");
    }
    let huge = json!({ "query": "{ account { id } }", "variables": { "a": "x".repeat(10 << 20) } });
    let request = owner
        .request(reqwest::Method::POST)
        .header("content-type", "application/json")
        .body(huge.to_string());
    match request.send().await {
        Ok(response) => assert_eq!(response.status(), 413),
        Err(error) => assert!(error.is_request() || error.is_body(), "cut off while sending: {error}"),
    }
    let text =
        owner.request(reqwest::Method::POST).header("content-type", "text/plain").body("{ account { id } }");
    assert_eq!(text.send().await.expect("an answer").status(), 415);
    let change = owner
        .request(reqwest::Method::GET)
        .query(&[("query", "mutation { signOut(input: { refreshToken: \"x\" }) { userErrors { code } } }")]);
    assert_eq!(change.send().await.expect("an answer").status(), 405);
    assert_eq!(
        owner.read("{ account { name } }", json!({})).await["account"]["name"],
        "Bottega Aurora",
        "still well"
    );
});

on_both!(credentials_that_are_none, async |desk: Desk| {
    for token in
        ["", "x", "spk_", "spk_x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", &"x".repeat(7_000)]
    {
        desk.owner
            .with_token(token, "")
            .ask("{ account { id } }", json!({}))
            .await
            .must_be("UNAUTHENTICATED");
    }
    let basic = desk.stranger.request(reqwest::Method::POST).header("authorization", "Basic eDp5");
    let answer = basic.json(&json!({ "query": "{ account { id } }" })).send().await.expect("an answer");
    assert_eq!(answer.status(), 401);
});
