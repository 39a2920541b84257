//! `sportello export`: everything that an account holds, as of one moment, and nothing of others.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use sportello_tests::{Client, Desk, on_both, process};

/// The lines of an export, by their type.
fn lines(text: &str) -> BTreeMap<String, Vec<Json>> {
    let mut lines = BTreeMap::<_, Vec<_>>::new();
    for line in text.lines() {
        let line: Json = serde_json::from_str(line).expect("a JSON value a line");
        lines.entry(line["type"].as_str().expect("a type").to_owned()).or_default().push(line);
    }
    lines
}

/// So many tickets, several pages of an export, by import; each with a note.
async fn fill(client: &Client, name: &str, count: usize) {
    let ticket = |number: usize| {
        json!({ "externalId": format!("{name}:{number}"), "title": format!("{name} {number}"), "statusKey": "open",
            "contactExternalId": format!("{name}:{number}"), "contactName": format!("Anna {}", number % 3),
            "openedAt": format!("2024-05-01T08:00:{:02}Z", number % 4), "notes": [format!("Note {number}")] })
    };
    let tickets: Vec<_> = (0..count).map(ticket).collect();
    for some in tickets.chunks(500) {
        client.does("ticketsImport", "replayed", json!({ "tickets": some })).await;
    }
}

on_both!(everything_is_written_once, async |desk: Desk| {
    let owner = &desk.owner;
    fill(owner, "ours", 1_050).await;
    fill(&desk.neighbour().await, "theirs", 3).await;
    let input = json!({ "title": "Perché?", "category": "Lamps", "assigneeId": owner.id, "contactPhone": "+393510000001" });
    let ticket = owner.opens_with(input).await;
    owner.updates(&ticket["id"], json!({ "priority": "HIGH", "note": "Called." })).await;
    let gone = owner.opens("Deleted").await;
    owner.does("ticketDelete", "ticket { id }", json!({ "by": { "id": gone["id"] } })).await;

    let text = process::prints(&desk.database, &["export", "--account", &desk.account_id]);
    assert!(!text.contains("theirs"), "nothing of another account");
    assert!(!text.contains("password"), "nothing secret");
    let lines = lines(&text);
    let count = |r#type: &str| lines.get(r#type).map_or(0, Vec::len);
    let log = owner.log().await;
    let counts = json!({ "contacts": 1_051, "tickets": 1_051, "notes": 1_051, "events": log.len() });
    assert_eq!((count("export"), &lines["end"][0]["counts"]), (1, &counts));
    for (r#type, name) in
        [("contact", "contacts"), ("ticket", "tickets"), ("note", "notes"), ("event", "events")]
    {
        assert_eq!(json!(count(r#type)), counts[name], "{type}");
    }
    assert_eq!(
        owner.tickets_showing("id", json!({ "first": 1 })).await.data()["tickets"]["totalCount"],
        1_051
    );
    let sequences: Vec<_> = lines["event"].iter().filter_map(|event| event["sequence"].as_u64()).collect();
    assert_eq!(sequences, (1..=log.len() as u64).collect::<Vec<_>>());
    let mut ids: Vec<_> =
        lines["ticket"].iter().map(|ticket| ticket["id"].as_str().expect("an id")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1_051, "each once");

    let found = lines["ticket"].iter().find(|line| line["id"] == ticket["id"]).expect("the ticket");
    assert_eq!(
        (&found["title"], &found["category"], &found["priority"]),
        (&json!("Perché?"), &json!("Lamps"), &json!("HIGH"))
    );
    assert_eq!((&found["statusKey"], &found["statusName"]), (&json!("open"), &json!("Open")));
    assert_eq!(found["assignee"], json!({ "name": "Aurora", "email": desk.owner_email }));
    assert_eq!((&found["openedAt"], &found["contactId"]), (&ticket["openedAt"], &ticket["contact"]["id"]));
    let note = lines["note"].iter().find(|note| note["ticketId"] == ticket["id"]).expect("its note");
    assert_eq!((&note["body"], &note["author"]["name"]), (&json!("Called."), &json!("Aurora")));
    let document = "query($after: EventCursor) { changes(after: $after) { events { sequence } hasMore } }";
    let after = json!({ "after": lines["export"][0]["eventCursor"] });
    assert_eq!(
        owner.read(document, after.clone()).await["changes"],
        json!({ "events": [], "hasMore": false })
    );
    owner.opens("After it").await;
    let next = owner.read(document, after).await["changes"]["events"].clone();
    assert_eq!(next[0]["sequence"], json!(log.len() + 1), "the place in the log goes on from it");
});

on_both!(an_export_is_written_to_a_file, async |desk: Desk| {
    desk.owner.opens("Lamp").await;
    let path = std::env::temp_dir().join(format!("{}-export.jsonl", desk.account_id));
    let name = path.to_str().expect("a path");
    let printed =
        process::prints(&desk.database, &["export", "--account", &desk.account_id, "--output", name]);
    assert_eq!(printed, "");
    let text = std::fs::read_to_string(&path).expect("an export");
    assert_eq!(text, process::prints(&desk.database, &["export", "--account", &desk.account_id]));
    assert!(text.lines().last().expect("a line").contains("\"type\":\"end\""));
    std::fs::remove_file(path).expect("removed");
    let output = process::runs(&desk.database, &["export", "--account", "x"]);
    assert!(!output.status.success());
});
