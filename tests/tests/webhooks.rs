//! Other systems follow the desk: what happens is sent to them, signed, in order, until they have taken it.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use sportello_tests::{
    Client, Desk, Receiver, in_time, on_both,
    receiver::{Received, Reply},
};
use standardwebhooks::Webhook;

const ENDPOINT: &str = "endpoint { id url types isEnabled disabledReason createdAt } secret";

/// Makes an endpoint; gives its id and its secret.
async fn endpoint(client: &Client, receiver: &Receiver, types: Json) -> (Json, String) {
    let input = json!({ "url": receiver.url(), "types": types });
    let made = client.does("webhookEndpointCreate", ENDPOINT, input).await;
    (made["endpoint"]["id"].clone(), made["secret"].as_str().expect("a secret").to_owned())
}

/// The endpoint as it is, with its deliveries.
async fn look(client: &Client, id: &Json) -> Json {
    let document = "query($id: ID!) { node(id: $id) { ... on WebhookEndpoint { isEnabled disabledReason url types \
         deliveries(first: 100) { totalCount nodes { id status attempts lastStatusCode lastError nextAttemptAt \
         event { sequence type ... on TicketEvent { ticketId } } } } } } }";
    client.read(document, json!({ "id": id })).await["node"].clone()
}

/// The deliveries, the latest event's first.
async fn deliveries(client: &Client, id: &Json) -> Vec<Json> {
    look(client, id).await["deliveries"]["nodes"].as_array().expect("a list").clone()
}

/// Waits until the deliveries are as they should be.
async fn until(client: &Client, id: &Json, what: &str, is_so: impl Fn(&[Json]) -> bool) -> Vec<Json> {
    in_time(what, async {
        loop {
            let found = deliveries(client, id).await;
            if is_so(&found) {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await
}

fn all_are(status: &'static str, count: usize) -> impl Fn(&[Json]) -> bool {
    move |found| found.len() == count && found.iter().all(|delivery| delivery["status"] == status)
}

/// Whether the official library takes the message for one signed with this secret.
fn is_signed(received: &Received, secret: &str) -> bool {
    let webhook = Webhook::new(secret).expect("a secret of Standard Webhooks");
    webhook.verify(&received.bytes, &received.headers).is_ok()
}

/// The sequences of each subject in the order in which they came, each message once.
fn sequences(received: &[Received]) -> BTreeMap<String, Vec<u64>> {
    let (mut seen, mut found) = (BTreeSet::new(), BTreeMap::<String, Vec<u64>>::new());
    for one in received.iter().filter(|one| one.status < 300) {
        if seen.insert(one.header("webhook-id").to_owned()) {
            found.entry(one.subject().to_owned()).or_default().push(one.sequence());
        }
    }
    found
}

on_both!(what_happens_is_sent_and_signed, async |desk: Desk| {
    let (owner, receiver) = (&desk.owner, Receiver::open().await);
    let (id, secret) = endpoint(owner, &receiver, json!(["TICKET_OPENED", "TICKET_STATUS_CHANGED"])).await;
    assert!(secret.starts_with("whsec_"), "{secret}");
    let ticket = owner.opens("Vase").await;
    owner.updates(&ticket["id"], json!({ "title": "Another vase" })).await;
    let resolved = owner.status("resolved").await;
    owner.updates(&ticket["id"], json!({ "statusId": resolved })).await;
    let received = receiver.receives(2).await;
    let (opened, changed) = (&received[0], &received[1]);
    assert_eq!(opened.body["type"], "ticket.opened");
    assert_eq!(opened.header("content-type"), "application/json");
    assert_eq!(opened.body["data"]["object"]["title"], "Vase");
    assert_eq!(opened.body["accountId"], desk.account_id.as_str());
    assert_eq!(opened.body["actor"], json!({ "kind": "USER", "id": owner.id }));
    assert!(chrono_like(&opened.body["timestamp"]), "{}", opened.body);
    assert_eq!(changed.body["type"], "ticket.status_changed");
    assert_eq!(changed.body["orderingKey"], ticket["id"]);
    assert_eq!(changed.body["data"]["changedFields"][0], "status");
    assert_eq!(changed.body["data"]["previous"]["statusKey"], "open");
    assert_eq!(changed.body["data"]["object"]["statusKey"], "resolved");
    assert_eq!(changed.body["data"]["entityVersion"], 3);
    assert_ne!(opened.header("webhook-id"), changed.header("webhook-id"));
    for one in &received {
        assert!(is_signed(one, &secret), "{one:?}");
        assert!(!is_signed(one, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"), "another secret");
        assert!(one.bytes.len() < 20_000 && !one.header("webhook-id").contains('.'));
        let mut spoilt = one.clone();
        spoilt.bytes[10] ^= 1;
        assert!(!is_signed(&spoilt, &secret), "a body that was changed");
    }
    let found = until(owner, &id, "both settled", all_are("SUCCEEDED", 2)).await;
    assert_eq!((&found[0]["attempts"], &found[0]["lastStatusCode"]), (&json!(1), &json!(204)));
    assert_eq!((&found[0]["lastError"], &found[0]["nextAttemptAt"]), (&Json::Null, &Json::Null));
    assert_eq!(found[0]["event"]["ticketId"], ticket["id"]);
});

fn chrono_like(moment: &Json) -> bool {
    moment.as_str().is_some_and(|text| text.len() == 24 && text.ends_with('Z'))
}

on_both!(a_failure_is_tried_again_under_the_same_id, async |desk: Desk| {
    let (owner, receiver) = (&desk.owner, Receiver::open().await);
    let elsewhere = Receiver::open().await;
    receiver.replies([Reply::status(500), Reply::status(302).with("location", &elsewhere.url())]);
    let (id, secret) = endpoint(owner, &receiver, json!(["TICKET_OPENED"])).await;
    owner.opens("Vase").await;
    let received = receiver.receives(3).await;
    let ids: BTreeSet<_> = received.iter().map(|one| one.header("webhook-id")).collect();
    assert_eq!(ids.len(), 1, "stable across attempts");
    assert!(received.iter().all(|one| is_signed(one, &secret) && one.bytes == received[0].bytes));
    let attempts: Vec<_> = received.iter().map(|one| one.header("webhook-attempt")).collect();
    assert_eq!(attempts, ["1", "2", "3"]);
    let found = until(owner, &id, "it is settled", all_are("SUCCEEDED", 1)).await;
    assert_eq!(found[0]["attempts"], 3);
    assert_eq!(elsewhere.received().len(), 0, "redirects are not followed");
});

on_both!(a_receiver_says_when_to_come_again, async |desk: Desk| {
    let (owner, receiver) = (&desk.owner, Receiver::open().await);
    receiver.answers(|_| Reply::status(429).with("retry-after", "3600"));
    let (id, _) = endpoint(owner, &receiver, json!([])).await;
    owner.opens("Vase").await;
    let tried = |found: &[Json]| found.iter().any(|one| one["lastStatusCode"] == 429);
    let found = until(owner, &id, "an attempt", tried).await;
    let tried = found.iter().find(|one| one["lastStatusCode"] == 429).expect("one");
    assert_eq!((&tried["status"], &tried["attempts"]), (&json!("PENDING"), &json!(1)));
    assert!(tried["lastError"].as_str().is_some_and(|error| error.contains("429")), "{tried}");
    let in_half_an_hour = desk.store().now().plus_seconds(1_800).to_rfc3339();
    assert!(tried["nextAttemptAt"].as_str() > Some(in_half_an_hour.as_str()), "{tried}");
});

on_both!(gone_disables_the_endpoint, async |desk: Desk| {
    let (owner, receiver) = (&desk.owner, Receiver::open().await);
    let (id, _) = endpoint(owner, &receiver, json!(["TICKET_OPENED", "TICKET_UPDATED"])).await;
    receiver.answers(|_| Reply::status(410));
    let ticket = owner.opens("Vase").await;
    let found = until(owner, &id, "it failed", all_are("FAILED", 1)).await;
    assert_eq!(found[0]["lastStatusCode"], 410);
    let gone = look(owner, &id).await;
    assert_eq!(gone["isEnabled"], false);
    assert!(gone["disabledReason"].as_str().is_some_and(|reason| reason.contains("410")), "{gone}");
    let log = owner.log().await;
    let told = log.iter().filter(|event| event["type"] == "WEBHOOK_CHANGED").count();
    assert_eq!(told, 2, "made, and disabled");
    owner.updates(&ticket["id"], json!({ "title": "passes it by" })).await;
    receiver.answers(|_| Reply::status(200));
    let input = json!({ "id": id, "isEnabled": true });
    let enabled = owner.does("webhookEndpointUpdate", ENDPOINT, input).await["endpoint"].clone();
    assert_eq!((&enabled["isEnabled"], &enabled["disabledReason"]), (&json!(true), &Json::Null));
    let retried =
        owner.does("webhookDeliveryRetry", "delivery { id status }", json!({ "id": found[0]["id"] })).await;
    assert_eq!(retried["delivery"]["status"], "PENDING");
    until(owner, &id, "the retry succeeds", all_are("SUCCEEDED", 1)).await;
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].header("webhook-id"), received[1].header("webhook-id"));
});

on_both!(each_ticket_keeps_its_order, async |desk: Desk| {
    let (owner, receiver) = (&desk.owner, Receiver::open().await);
    // Of half of the events the first attempt fails.
    receiver.answers(|received| {
        let fails = received.sequence() % 2 == 0 && received.header("webhook-attempt") == "1";
        Reply::status(if fails { 503 } else { 200 })
    });
    let (id, _) = endpoint(owner, &receiver, json!([])).await;
    let mut tickets = Vec::new();
    for number in 0..4 {
        tickets.push(owner.opens(&format!("Ticket {number}")).await);
    }
    for round in 0..3 {
        for ticket in &tickets {
            owner.updates(&ticket["id"], json!({ "title": format!("Round {round}") })).await;
        }
    }
    let enough = |received: &[Received]| {
        let found = sequences(received);
        tickets
            .iter()
            .all(|ticket| found.get(ticket["id"].as_str().expect("an id")).is_some_and(|all| all.len() == 4))
    };
    let received = receiver.until("all of all tickets", enough).await;
    for (subject, sequences) in sequences(&received) {
        assert!(sequences.is_sorted(), "{subject}: {sequences:?}");
    }
    until(owner, &id, "all settled", |found| {
        found.len() >= 16 && found.iter().all(|one| one["status"] == "SUCCEEDED")
    })
    .await;
});

on_both!(a_rotated_secret_overlaps_the_one_before, async |desk: Desk| {
    let (owner, receiver) = (&desk.owner, Receiver::open().await);
    let (id, first) = endpoint(owner, &receiver, json!(["TICKET_OPENED"])).await;
    let rotated = owner.does("webhookEndpointRotateSecret", ENDPOINT, json!({ "id": id })).await;
    let second = rotated["secret"].as_str().expect("a secret").to_owned();
    assert_ne!(first, second);
    owner.opens("Vase").await;
    let received = receiver.receives(1).await;
    assert_eq!(received[0].header("webhook-signature").split(' ').count(), 2);
    assert!(is_signed(&received[0], &first) && is_signed(&received[0], &second));
    let third = owner.does("webhookEndpointRotateSecret", ENDPOINT, json!({ "id": id })).await;
    let third = third["secret"].as_str().expect("a secret").to_owned();
    owner.opens("Lamp").await;
    let received = receiver.receives(2).await;
    assert!(is_signed(&received[1], &second) && is_signed(&received[1], &third));
    assert!(!is_signed(&received[1], &first), "only the one before");
    let shown = owner.read("{ webhookEndpoints { id url } changes { events { ... on SettingsEvent { type subjectId changes { field before after } } } } }", json!({})).await;
    for secret in [&first, &second, &third] {
        assert!(!shown.to_string().contains(&secret[6..]), "shown once");
    }
    let events = shown["changes"]["events"].as_array().expect("a list");
    let told = events.iter().rfind(|event| event["type"] == "WEBHOOK_CHANGED" && event["subjectId"] == id);
    let changes = &told.expect("it is told")["changes"];
    assert_eq!(*changes, json!([{ "field": "secret", "before": null, "after": null }]));
});

on_both!(a_range_of_the_log_is_sent_again, async |desk: Desk| {
    let (owner, receiver) = (&desk.owner, Receiver::open().await);
    let before = owner.opens("Before").await;
    let start = owner.tickets(json!({})).await["eventCursor"].clone();
    for number in 0..5 {
        owner.opens(&format!("Ticket {number}")).await;
    }
    owner.updates(&before["id"], json!({ "title": "Not of its types" })).await;
    let end = owner.tickets(json!({})).await["eventCursor"].clone();
    owner.opens("After").await;
    let (id, _) = endpoint(owner, &receiver, json!(["TICKET_OPENED"])).await;
    let input = json!({ "endpointId": id, "after": start, "until": end, "idempotencyKey": "once" });
    for _ in 0..2 {
        assert_eq!(owner.does("webhookReplay", "scheduled", input.clone()).await["scheduled"], 5);
    }
    let first = until(owner, &id, "the range", all_are("SUCCEEDED", 5)).await;
    let again = json!({ "endpointId": id, "after": start });
    assert_eq!(owner.does("webhookReplay", "scheduled", again).await["scheduled"], 6);
    let received = receiver.receives(11).await;
    let ids: BTreeSet<_> = received.iter().map(|one| one.header("webhook-id")).collect();
    assert_eq!(ids.len(), 6, "who dedupes by webhook-id sees nothing twice");
    let second = until(owner, &id, "the rest", all_are("SUCCEEDED", 6)).await;
    assert_eq!(second[1]["id"], first[0]["id"], "one delivery for an event, however often it is sent");
    let unknown = json!({ "endpointId": "whe_00000000000000000000000000000000", "after": start });
    assert_eq!(owner.is_refused("webhookReplay", unknown).await, "NOT_FOUND endpointId");
    owner
        .attempt("webhookReplay", "scheduled", json!({ "endpointId": id, "after": "x" }))
        .await
        .must_be("CURSOR_INVALID");
});

on_both!(a_disabled_endpoint_waits_and_a_deleted_one_is_gone, async |desk: Desk| {
    let (owner, receiver) = (&desk.owner, Receiver::open().await);
    receiver.answers(|_| Reply::status(500).with("retry-after", "600"));
    let (id, _) = endpoint(owner, &receiver, json!(["TICKET_OPENED", "TICKET_UPDATED"])).await;
    let ticket = owner.opens("Vase").await;
    owner.updates(&ticket["id"], json!({ "title": "Second" })).await;
    until(owner, &id, "one was tried", |found| found.len() == 2 && found[1]["attempts"] == 1).await;
    owner.does("webhookEndpointUpdate", ENDPOINT, json!({ "id": id, "isEnabled": false })).await;
    owner.opens("Passes by").await;
    for one in deliveries(owner, &id).await {
        assert_eq!((&one["status"], &one["nextAttemptAt"]), (&json!("PENDING"), &Json::Null));
    }
    receiver.answers(|_| Reply::status(200));
    owner.does("webhookEndpointUpdate", ENDPOINT, json!({ "id": id, "isEnabled": true })).await;
    let found = until(owner, &id, "what waited", all_are("SUCCEEDED", 2)).await;
    let delivery = found[0]["id"].clone();
    let deleted = owner.does("webhookEndpointDelete", ENDPOINT, json!({ "id": id })).await;
    assert_eq!(deleted["endpoint"]["id"], id);
    let data = owner
        .read(
            "query($ids: [ID!]!) { nodes(ids: $ids) { id } webhookEndpoints { id } }",
            json!({ "ids": [id, delivery] }),
        )
        .await;
    assert_eq!(data, json!({ "nodes": [null, null], "webhookEndpoints": [] }));
    assert_eq!(owner.is_refused("webhookDeliveryRetry", json!({ "id": delivery })).await, "NOT_FOUND id");
});

on_both!(what_cannot_be_an_endpoint_is_refused, async |desk: Desk| {
    let (owner, receiver) = (&desk.owner, Receiver::open().await);
    for url in ["", "shop", "ftp://shop.example", "http://user:word@shop.example/"] {
        assert_eq!(owner.is_refused("webhookEndpointCreate", json!({ "url": url })).await, "INVALID url");
    }
    let (id, _) = endpoint(owner, &receiver, json!(["TICKET_OPENED", "TICKET_OPENED"])).await;
    let data = owner.read("{ webhookEndpoints { types } }", json!({})).await;
    assert_eq!(data["webhookEndpoints"], json!([{ "types": ["TICKET_OPENED"] }]));
    assert_eq!(
        owner.is_refused("webhookEndpointUpdate", json!({ "id": id, "url": "x" })).await,
        "INVALID url"
    );
    assert_eq!(
        owner.is_refused("webhookEndpointUpdate", json!({ "id": id, "url": null })).await,
        "REQUIRED url"
    );
    for mutation in ["webhookEndpointUpdate", "webhookEndpointDelete", "webhookEndpointRotateSecret"] {
        assert_eq!(owner.is_refused(mutation, json!({ "id": "whe_1" })).await, "NOT_FOUND id");
    }
    for _ in 1..100 {
        endpoint(owner, &receiver, json!(["CATEGORY_DELETED"])).await;
    }
    let full = json!({ "url": receiver.url() });
    assert_eq!(owner.is_refused("webhookEndpointCreate", full).await, "LIMIT_REACHED");
    let strict = desk.strict_server().await;
    for url in [
        receiver.url(),
        "https://127.0.0.1/".to_owned(),
        "https://localhost/".to_owned(),
        "http://shop.example".to_owned(),
    ] {
        let input = json!({ "id": id, "url": url });
        assert_eq!(owner.at(strict.address).is_refused("webhookEndpointUpdate", input).await, "INVALID url");
    }
    strict.stop().await;
});

on_both!(a_dead_endpoint_delays_no_other, async |desk: Desk| {
    let owner = &desk.owner;
    let (dead, alive) = (Receiver::open().await, Receiver::open().await);
    // It never answers in time: each attempt holds on until the desk gives up.
    dead.answers(|_| Reply::status(200).after(std::time::Duration::from_secs(60)));
    let (dead_id, _) = endpoint(owner, &dead, json!(["TICKET_OPENED"])).await;
    for _ in 0..10 {
        endpoint(owner, &alive, json!(["TICKET_OPENED"])).await;
    }
    for number in 0..20 {
        owner.opens(&format!("Ticket {number}")).await;
    }
    alive.receives(200).await;
    let waiting = deliveries(owner, &dead_id).await;
    assert!(all_are("PENDING", 20)(&waiting), "{waiting:?}");
    assert!(dead.received().len() <= 8, "bounded: {}", dead.received().len());
});

on_both!(two_servers_send_each_once, async |desk: Desk| {
    let (owner, receiver) = (&desk.owner, Receiver::open().await);
    let second = desk.second_server().await;
    let (id, _) = endpoint(owner, &receiver, json!(["TICKET_OPENED"])).await;
    for number in 0..30 {
        let client = owner.at(if number % 2 == 0 { owner.address } else { second.address });
        client.opens(&format!("Ticket {number}")).await;
    }
    let received = receiver.receives(30).await;
    until(owner, &id, "all settled", all_are("SUCCEEDED", 30)).await;
    let ids: BTreeSet<_> = received.iter().map(|one| one.header("webhook-id").to_owned()).collect();
    assert_eq!((ids.len(), receiver.received().len()), (30, 30), "each once");
    second.stop().await;
});
