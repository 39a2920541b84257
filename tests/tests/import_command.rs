//! `sportello import`: exports of other systems as they are found, once and repeated, and cut off in the middle.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::{collections::BTreeMap, path::PathBuf, process::Output};

use serde_json::{Value as Json, json};
use sportello_tests::{Client, Database, Desk, TICKET, in_time, on_both, process};

fn fixture(name: &str) -> String {
    format!("{}/fixtures/import/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A file of this test beside the system's own.
fn file(desk: &Desk, name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("{}-{name}", desk.account_id))
}

fn import(database: &Database, account: &str, from: &str, path: &str, more: &[&str]) -> Output {
    process::runs(database, &[&["import", path, "--from", from, "--account", account], more].concat())
}

/// What the report tells: of each ticket its outcome and the field.
fn report(path: &PathBuf) -> Vec<String> {
    let text = std::fs::read_to_string(path).expect("a report");
    let told = text.lines().map(|line| {
        let told: Json = serde_json::from_str(line).expect("a JSON value a line");
        let path: Vec<_> = told["path"].as_array().expect("a path").iter().filter_map(Json::as_str).collect();
        assert!(told["reason"].as_str().is_some_and(|reason| reason.len() > 8), "{told}");
        assert!(told["line"].is_u64() || told["ticket"].is_u64(), "{told}");
        let [outcome, id] = ["outcome", "externalId"].map(|name| told[name].as_str().expect("a text"));
        let words = [outcome, id, &path.join(".")].map(str::to_owned);
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    });
    let mut told: Vec<_> = told.collect();
    told.sort();
    told
}

/// Every ticket of the account by its externalId.
async fn tickets(client: &Client) -> BTreeMap<String, Json> {
    let selection = format!(
        "{TICKET} openedBy {{ __typename }} contact {{ name phone email externalId }} notes {{ nodes {{ body createdAt }} }}"
    );
    let answer = client.tickets_showing(&selection, json!({ "first": 100 })).await;
    let nodes = answer.data()["tickets"]["nodes"].as_array().expect("a list").clone();
    nodes.into_iter().map(|node| (node["externalId"].as_str().unwrap_or_default().to_owned(), node)).collect()
}

/// A story of one system: what it tells, and which tickets there are then.
async fn brings(
    desk: &Desk,
    from: &str,
    name: &str,
    more: &[&str],
    expected: &[&str],
) -> BTreeMap<String, Json> {
    let path = file(desk, "report.jsonl");
    let more = [&["--report", path.to_str().expect("a path")], more].concat();
    let once = import(&desk.database, &desk.account_id, from, &fixture(name), &more);
    let said = String::from_utf8_lossy(&once.stderr).into_owned();
    let mut sorted = expected.to_vec();
    sorted.sort_unstable();
    assert_eq!(report(&path), sorted, "{said}");
    let is_failure = expected.iter().any(|told| told.starts_with("FAILED"));
    assert_eq!(once.status.success(), !is_failure, "{said}");
    let (there, log) = (tickets(&desk.owner).await, desk.owner.log().await.len());

    let again = import(&desk.database, &desk.account_id, from, &fixture(name), &more);
    assert_eq!(again.status.success(), !is_failure);
    let told: Vec<_> = sorted.iter().filter(|told| !told.starts_with("CHANGED")).copied().collect();
    assert_eq!(report(&path), told, "what is there already is left as it is");
    assert_eq!(desk.owner.log().await.len(), log, "and nothing is told of it");
    assert_eq!(tickets(&desk.owner).await, there);
    drop(std::fs::remove_file(path));
    there
}

fn bodies(ticket: &Json) -> Vec<&str> {
    let notes = ticket["notes"]["nodes"].as_array().expect("notes");
    notes.iter().map(|note| note["body"].as_str().expect("a text")).collect()
}

fn statuses(tickets: &BTreeMap<String, Json>) -> Vec<String> {
    let status =
        |(id, ticket): (&String, &Json)| format!("{id} {}", ticket["status"]["key"].as_str().expect("a key"));
    tickets.iter().map(status).collect()
}

on_both!(a_table, async |desk: Desk| {
    let told = [
        "FAILED csv:3 statusKey",
        "FAILED csv:4 reference",
        "FAILED externalId",
        "CHANGED csv:6 priority",
        "CHANGED csv:6 assigneeEmail",
        "FAILED csv:7 openedAt",
        "CHANGED csv:8 externalId",
        "FAILED",
    ];
    let more = ["--country", "IT", "--date-format", "%d/%m/%Y %H:%M"];
    let there = brings(&desk, "csv", "table.csv", &more, &told).await;
    assert_eq!(statuses(&there), ["csv:1 open", "csv:2 closed", "csv:6 in_progress", "csv:8 open"]);
    let first = &there["csv:1"];
    assert_eq!(
        (&first["title"], &first["description"]),
        (&json!("The \"big\" lamp; broken"), &json!("Two\nlines"))
    );
    assert_eq!((&first["reference"], &first["priority"]), (&json!("A-1"), &json!("HIGH")));
    assert_eq!((&first["source"], &first["openedBy"]["__typename"]), (&json!("IMPORT"), &json!("System")));
    assert_eq!(first["openedAt"], "2024-05-01T08:30:00.000Z", "in the account's time zone");
    assert_eq!(first["assignee"]["id"], desk.owner.id.as_str());
    assert_eq!(
        (&first["contact"]["phone"], &first["contact"]["externalId"]),
        (&json!("+393512345678"), &json!("csv:c1"))
    );
    assert_eq!(bodies(first), ["First", "Second; with a semicolon"]);
    assert_eq!(there["csv:2"]["closedAt"], "2024-05-02T07:00:00.000Z");
    assert_eq!(there["csv:6"]["title"], "Ticket 6");
    assert_eq!(
        (&there["csv:8"]["title"], &there["csv:8"]["category"]["name"]),
        (&json!("Caffè già freddo"), &json!("Menù"))
    );

    // What was refused is mended by telling more, and only that comes.
    let more = ["--status", "Escalated=waiting", "--new-references"];
    let output = import(&desk.database, &desk.account_id, "csv", &fixture("table.csv"), &more);
    assert!(!output.status.success());
    let there = tickets(&desk.owner).await;
    assert_eq!((there.len(), &there["csv:3"]["status"]["key"]), (6, &json!("waiting")));
    assert!(there["csv:4"]["reference"].as_str().expect("a text").starts_with("T-"));
});

on_both!(zendesk, async |desk: Desk| {
    let told = [
        "CHANGED zendesk:35437 contactPhone",
        "PASSED_OVER zendesk:35440",
        "FAILED zendesk:35441 statusKey",
        "FAILED zendesk:35442 openedAt",
    ];
    let there = brings(&desk, "zendesk", "zendesk.json", &[], &told).await;
    let expected = ["35436 closed", "35437 open", "35438 waiting", "35439 resolved", "35443 waiting"];
    assert_eq!(statuses(&there), expected.map(|line| format!("zendesk:{line}")));
    let fire = &there["zendesk:35436"];
    assert_eq!((&fire["title"], &fire["priority"]), (&json!("My printer is on fire!"), &json!("URGENT")));
    assert_eq!(
        (&fire["openedAt"], &fire["closedAt"]),
        (&json!("2023-03-01T09:00:00.000Z"), &json!("2023-03-05T11:00:00.000Z"))
    );
    assert_eq!((&fire["reference"], &fire["category"]["name"]), (&json!("35436"), &json!("incident")));
    assert_eq!(fire["assignee"]["id"], desk.owner.id.as_str(), "people stand behind the tickets");
    let contact = json!({ "id": fire["contact"]["id"], "name": "Anna Rossi", "phone": "+393512345678",
        "email": "anna@rossi.example", "externalId": "zendesk:20978392" });
    assert_eq!(fire["contact"], contact);
    assert_eq!(
        bodies(fire),
        ["Aurora:\nLeave the room.", "Aurora (private):\nWas it the same model?\nAsk Bruno."]
    );
    assert_eq!(fire["notes"]["nodes"][1]["createdAt"], "2023-03-02T10:00:00.000Z");
    assert_eq!(there["zendesk:35439"]["closedAt"], "2023-03-09T18:30:00.000Z", "when it last changed");
    let long = &there["zendesk:35443"];
    assert_eq!(long["title"].as_str().expect("a text").chars().count(), 200);
    assert!(long["description"].as_str().expect("a text").starts_with(&"x".repeat(250)), "nothing is lost");
});

on_both!(zammad, async |desk: Desk| {
    let told = ["FAILED zammad:12 statusKey", "FAILED zammad:14 statusKey", "FAILED"];
    let there = brings(&desk, "zammad", "zammad.json", &[], &told).await;
    let expected = ["10 closed", "11 waiting", "13 closed", "9 in_progress"];
    assert_eq!(statuses(&there), expected.map(|line| format!("zammad:{line}")));
    let order = &there["zammad:9"];
    assert_eq!(order["description"], "Good morning,\nmy order 777 isn't here.");
    assert_eq!((&order["reference"], &order["priority"]), (&json!("22009"), &json!("HIGH")));
    assert_eq!(
        (&order["contact"]["name"], &order["contact"]["email"]),
        (&json!("David Bell"), &json!("david@example.com"))
    );
    assert_eq!(bodies(order), ["Christopher Miller via Sales (private):\nOn its way."]);
    assert_eq!(there["zammad:10"]["closedAt"], "2021-11-05T12:00:00.000Z");
    assert_eq!(there["zammad:10"]["assignee"], Json::Null);
});

on_both!(chatwoot, async |desk: Desk| {
    let there = brings(&desk, "chatwoot", "chatwoot.json", &[], &["FAILED chatwoot:3 openedAt"]).await;
    assert_eq!(statuses(&there), ["chatwoot:1 resolved", "chatwoot:2 waiting", "chatwoot:4 open"]);
    let parcel = &there["chatwoot:1"];
    assert_eq!(
        (&parcel["title"], &parcel["category"]["name"]),
        (&json!("Where is my parcel?"), &json!("delivery"))
    );
    assert_eq!(bodies(parcel), ["Aurora:\nIt comes tomorrow."]);
    assert_eq!(
        (&parcel["openedAt"], &parcel["closedAt"]),
        (&json!("2024-05-01T08:30:00.000Z"), &json!("2024-05-01T09:30:00.000Z"))
    );
    assert_eq!(parcel["contact"]["phone"], "+393512345600");
    assert_eq!(there["chatwoot:2"]["title"], "A question about prices");
    assert_eq!(
        (&there["chatwoot:4"]["title"], &there["chatwoot:4"]["contact"]["name"]),
        (&json!("Ticket 4"), &json!(""))
    );
});

on_both!(freshdesk, async |desk: Desk| {
    let told =
        ["FAILED", "FAILED freshdesk:4 statusKey", "PASSED_OVER freshdesk:5", "CHANGED freshdesk:7 priority"];
    let there = brings(&desk, "freshdesk", "freshdesk.jsonl", &[], &told).await;
    let expected = ["1 closed", "2 waiting", "6 open", "7 open"];
    assert_eq!(statuses(&there), expected.map(|line| format!("freshdesk:{line}")));
    let closed = &there["freshdesk:1"];
    assert_eq!(
        (&closed["closedAt"], &closed["priority"]),
        (&json!("2025-08-01T10:00:00.000Z"), &json!("URGENT"))
    );
    assert_eq!(bodies(closed), ["Aurora:\nRestart it, please – twice.", "Dario Blu:\nDone."]);
    assert_eq!(closed["assignee"]["id"], desk.owner.id.as_str());
    assert_eq!(there["freshdesk:6"]["description"], "No Wi-Fi");
});

on_both!(what_cannot_be_imported_is_told, async |desk: Desk| {
    let path = file(&desk, "broken.json");
    let path = path.to_str().expect("a path");
    let says = |from: &str, content: &[u8], account: &str, more: &[&str]| {
        std::fs::write(path, content).expect("a file");
        let output = import(&desk.database, account, from, path, more);
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let account = desk.account_id.as_str();
    let nobodys = format!("{}aaaaaa", &account[..account.len() - 6]);
    let ticket =
        "{\"id\":1,\"status\":\"open\",\"created_at\":\"2024-05-01T00:00:00Z\",\"subject\":\"Lamp\"}";
    let cut_off = format!("{{\"tickets\":[{ticket},{{\"id\":2,");
    for (from, content, account, more, expected) in [
        ("zendesk", cut_off.as_bytes(), account, &[][..], "is no JSON"),
        ("zendesk", b"{\"tickets\":[]}", account, &[], "holds no ticket"),
        ("csv", b"\xff\xfea\0", account, &[], "UTF-16"),
        ("csv", b"name,colour\nx,y\n", account, &[], "has no column \"external_id\""),
        ("csv", b"", account, &[], "has no column"),
        ("csv", b"id,title,opened_at\n", "x", &[], "is no account's id"),
        ("csv", b"id,title,opened_at\n", &nobodys, &[], "no such account"),
        ("csv", b"id,title,opened_at\n", account, &["--status", "x=nothing"], "no status"),
    ] {
        let said = says(from, content, account, more);
        assert!(said.contains(expected), "{said}");
    }
    assert!(tickets(&desk.owner).await.contains_key("zendesk:1"), "what stood before the fault is there");
    std::fs::remove_file(path).expect("removed");
});

const MANY: usize = 600;

on_both!(an_import_that_is_killed_is_run_again, async |desk: Desk| {
    let path = file(&desk, "many.csv");
    let mut table = "id,title,status,opened_at,contact_id,contact_name,category,note\n".to_owned();
    for number in 0..MANY {
        let (contact, category) = (number % 11, number % 5);
        table += &format!(
            "{number},Lamp {number},open,2024-05-01,c{contact},Anna,Lamps {category},Note {number}\n"
        );
    }
    std::fs::write(&path, table).expect("a file");
    let path = path.to_str().expect("a path");
    let arguments = ["import", path, "--from", "csv", "--account", &desk.account_id];
    let count = async || {
        desk.owner.tickets_showing("id", json!({ "first": 1 })).await.data()["tickets"]["totalCount"].as_u64()
    };
    let mut child = process::begins(&desk.database, &arguments);
    in_time("some tickets", async {
        while count().await < Some(20) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    child.kill().expect("kill -9");
    child.wait().expect("it ended");
    let cut = count().await.expect("a number");
    assert!(cut < MANY as u64, "it was killed in the middle: {cut}");

    let output = process::runs(&desk.database, &arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains(&format!("{} imported, {cut} already there", MANY as u64 - cut)), "{said}");
    assert_eq!(count().await, Some(MANY as u64));
    let log = desk.owner.log().await;
    let told = |r#type: &str| log.iter().filter(|event| event["type"] == r#type).count();
    assert_eq!((told("TICKET_OPENED"), told("CONTACT_CREATED"), told("CATEGORY_CREATED")), (MANY, 11, 5));
    let sequences: Vec<_> = log.iter().filter_map(|event| event["sequence"].as_u64()).collect();
    assert_eq!(sequences, (1..=log.len() as u64).collect::<Vec<_>>(), "no number is skipped");
    let by = json!({ "reference": format!("T-{MANY}") });
    let last = desk
        .owner
        .read("query($by: TicketBy!) { ticket(by: $by) { title noteCount } }", json!({ "by": by }))
        .await;
    assert_eq!(
        last["ticket"],
        json!({ "title": format!("Lamp {}", MANY - 1), "noteCount": 1 }),
        "in the file's order"
    );
    std::fs::remove_file(path).expect("removed");
});
