//! The life of a ticket: what people do with it, and what the log tells of it.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use serde_json::{Value as Json, json};
use sportello_tests::{Client, Desk, on_both};

/// The types of the events about tickets, in order.
async fn told(client: &Client) -> Vec<String> {
    let log = client.log().await;
    let tickets = log.iter().filter(|event| event["__typename"] == "TicketEvent");
    tickets.map(|event| event["type"].as_str().expect("a type").to_owned()).collect()
}

/// The sequences have no gap.
fn assert_gap_free(log: &[Json]) {
    let sequences: Vec<_> = log.iter().map(|event| event["sequence"].as_u64().expect("a number")).collect();
    assert_eq!(sequences, (1..=log.len() as u64).collect::<Vec<_>>());
}

on_both!(a_ticket_lives, async |desk: Desk| {
    let owner = &desk.owner;
    let ticket = owner.opens_with(json!({ "title": "  The lamp is broken  ", "category": "Lamps" })).await;
    assert_eq!(ticket["title"], "The lamp is broken");
    assert_eq!(ticket["reference"], "T-1");
    assert_eq!(ticket["priority"], "MEDIUM");
    assert_eq!(ticket["status"]["key"], "open");
    assert_eq!(ticket["macroStatus"], "IN_PROGRESS");
    assert_eq!(ticket["category"]["name"], "Lamps");
    assert_eq!(ticket["version"], 1);
    assert_eq!(ticket["source"], "OPERATOR");
    let id = &ticket["id"];
    assert_eq!(owner.tickets(json!({})).await["nodes"][0], ticket);

    let changed =
        owner.updates(id, json!({ "priority": "URGENT", "assigneeId": owner.id, "category": null })).await;
    assert_eq!(changed["version"], 2);
    assert_eq!(changed["assignee"]["id"], owner.id.as_str());
    assert_eq!(changed["category"], Json::Null);
    assert_eq!(changed["title"], "The lamp is broken", "what is absent is kept");

    let input = json!({ "by": { "id": id }, "body": "Called the customer.\nWaiting." });
    let noted = owner.does("ticketNoteAdd", "note { id body } ticket { version noteCount }", input).await;
    assert_eq!(noted["ticket"], json!({ "version": 3, "noteCount": 1 }));

    let closed =
        owner.updates(id, json!({ "statusId": owner.status("closed").await, "note": "Done." })).await;
    assert_eq!(closed["macroStatus"], "TERMINATED");
    assert!(closed["closedAt"].is_string());
    let resolved = owner.updates(id, json!({ "statusId": owner.status("resolved").await })).await;
    assert_eq!(resolved["closedAt"], closed["closedAt"], "from one end to another nothing is closed again");
    let reopened = owner.updates(id, json!({ "statusId": owner.status("open").await })).await;
    assert_eq!(reopened["closedAt"], Json::Null);
    assert_eq!((&reopened["reopenCount"], &reopened["version"]), (&json!(1), &json!(6)));

    let by = json!({ "by": { "reference": "t-1" } });
    owner.does("ticketDelete", "ticket { deletedAt }", by.clone()).await;
    assert_eq!(owner.ticket(id).await, Json::Null);
    assert_eq!(owner.tickets(json!({})).await["nodes"], json!([]));
    let deleted = owner.read("{ deletedTickets { nodes { id } } }", json!({})).await;
    assert_eq!(deleted["deletedTickets"]["nodes"][0]["id"], *id);
    owner.does("ticketRestore", "ticket { id }", json!({ "by": { "id": id } })).await;
    assert_eq!(owner.ticket(id).await["version"], 8);

    let expected = [
        "TICKET_OPENED",
        "TICKET_UPDATED",
        "NOTE_ADDED",
        "TICKET_STATUS_CHANGED",
        "TICKET_STATUS_CHANGED",
        "TICKET_STATUS_CHANGED",
        "TICKET_DELETED",
        "TICKET_RESTORED",
    ];
    assert_eq!(told(owner).await, expected);
    assert_gap_free(&owner.log().await);
});

on_both!(changes_are_told_as_people_read_them, async |desk: Desk| {
    let owner = &desk.owner;
    let ticket = owner.opens("Lamp").await;
    let input = json!({ "by": { "id": ticket["id"] }, "priority": "HIGH", "assigneeId": owner.id,
        "statusId": owner.status("waiting").await, "note": "Hm." });
    let event =
        "event { type sequence changes { field before after } note { body } ticket { version title } }";
    let event = owner.does("ticketUpdate", event, input).await["event"].clone();
    assert_eq!(event["type"], "TICKET_STATUS_CHANGED");
    assert_eq!(event["note"]["body"], "Hm.");
    let mut changes = event["changes"].as_array().expect("changes").clone();
    changes.retain(|change| change["field"] != "note");
    changes.sort_by_key(|change| change["field"].to_string());
    assert_eq!(
        json!(changes),
        json!([
            { "field": "assignee", "before": null, "after": "Aurora" },
            { "field": "priority", "before": "MEDIUM", "after": "HIGH" },
            { "field": "status", "before": "Open", "after": "Waiting" },
        ])
    );
    // History shows the ticket as it was then, also when read later.
    owner.updates(&ticket["id"], json!({ "title": "Chandelier" })).await;
    let document =
        "query($id: ID!) { ticket(by: { id: $id }) { history { nodes { type ticket { title } } } } }";
    let history = owner.read(document, json!({ "id": ticket["id"] })).await;
    let titles = history["ticket"]["history"]["nodes"].as_array().expect("events").clone();
    let titles: Vec<_> = titles.iter().map(|event| event["ticket"]["title"].clone()).collect();
    assert_eq!(titles, ["Lamp", "Lamp", "Chandelier"]);
});

on_both!(a_change_that_changes_nothing_writes_nothing, async |desk: Desk| {
    let owner = &desk.owner;
    let ticket = owner.opens_with(json!({ "title": "Lamp", "category": "Lamps" })).await;
    let before = owner.log().await.len();
    let same = json!({ "title": " Lamp ", "priority": "MEDIUM", "category": "lamps ", "description": "" });
    assert_eq!(owner.updates(&ticket["id"], same).await, ticket);
    owner.updates(&ticket["id"], json!({})).await;
    assert_eq!(owner.log().await.len(), before);
});

on_both!(null_clears_or_is_required, async |desk: Desk| {
    let owner = &desk.owner;
    let input = json!({ "title": "Lamp", "externalId": "X1", "description": "old", "assigneeId": owner.id });
    let id = owner.opens_with(input).await["id"].clone();
    let cleared = json!({ "externalId": null, "assigneeId": null, "description": null });
    let ticket = owner.updates(&id, cleared).await;
    assert_eq!(ticket["externalId"], Json::Null);
    assert_eq!(ticket["assignee"], Json::Null);
    for field in ["title", "priority", "statusId"] {
        let refused = owner.is_refused("ticketUpdate", json!({ "by": { "id": id }, field: null })).await;
        assert_eq!(refused, format!("REQUIRED {field}"));
    }
});

on_both!(references_are_automatic_typed_taken_and_skipped, async |desk: Desk| {
    let owner = &desk.owner;
    let reference = async |input: Json| owner.opens_with(input).await["reference"].clone();
    assert_eq!(reference(json!({ "title": "one" })).await, "T-1");
    assert_eq!(reference(json!({ "title": "typed", "reference": "t-2" })).await, "t-2");
    assert_eq!(reference(json!({ "title": "skips what a person used" })).await, "T-3");
    let taken = json!({ "title": "again", "reference": "T-2", "contactPhone": "+393510000001" });
    assert_eq!(owner.is_refused("ticketOpen", taken).await, "REFERENCE_TAKEN reference");
    let odd = json!({ "title": "odd", "reference": "no spaces", "contactPhone": "+393510000001" });
    assert_eq!(owner.is_refused("ticketOpen", odd).await, "INVALID reference");
    owner.does("accountUpdate", "account { referencePrefix }", json!({ "referencePrefix": "BA/" })).await;
    assert_eq!(reference(json!({ "title": "new prefix" })).await, "BA/4");
    owner.does("ticketDelete", "ticket { id }", json!({ "by": { "reference": "T-1" } })).await;
    let gone = json!({ "title": "again", "reference": "T-1", "contactPhone": "+393510000001" });
    assert_eq!(owner.is_refused("ticketOpen", gone).await, "REFERENCE_TAKEN reference");
});

on_both!(a_category_comes_into_being_on_first_use, async |desk: Desk| {
    let owner = &desk.owner;
    let category = async |name: &str| {
        owner.opens_with(json!({ "title": "x", "category": name })).await["category"].clone()
    };
    let first = category("Late  Delivery").await;
    for spelling in ["late delivery", " LATE DELIVERY ", "Ｌate\u{a0}delivery"] {
        assert_eq!(category(spelling).await, first, "{spelling}");
    }
    let other = category("Delays").await;
    let input = json!({ "fromId": other["id"], "intoId": first["id"] });
    owner.does("ticketCategoryMerge", "category { id ticketCount }", input).await;
    assert_eq!(category("delays").await["id"], first["id"], "a merged name means where it went");
    let both =
        json!({ "title": "x", "contactPhone": "+393510000001", "category": "a", "categoryId": first["id"] });
    assert!(owner.is_refused("ticketOpen", both).await.starts_with("INVALID category"));
});

on_both!(a_taken_external_id_gives_the_ticket_that_has_it, async |desk: Desk| {
    let owner = &desk.owner;
    let ticket = owner.opens_with(json!({ "title": "Order 7", "externalId": "ORDER-7" })).await;
    let input = json!({ "title": "Again", "externalId": "ORDER-7", "contactPhone": "+393510000009" });
    let payload = owner.mutate("ticketOpen", "ticket { id title } event { id }", input).await;
    assert_eq!(payload["userErrors"][0]["code"], "TAKEN");
    assert_eq!(payload["userErrors"][0]["path"], json!(["externalId"]));
    assert_eq!(payload["ticket"], json!({ "id": ticket["id"], "title": "Order 7" }));
    assert_eq!(owner.tickets(json!({})).await["nodes"].as_array().expect("a list").len(), 1);
});

on_both!(an_old_version_conflicts_and_says_what_changed, async |desk: Desk| {
    let owner = &desk.owner;
    let id = owner.opens("Lamp").await["id"].clone();
    owner.updates(&id, json!({ "expectedVersion": 1, "title": "Big lamp" })).await;
    owner.updates(&id, json!({ "priority": "LOW" })).await;
    let input = json!({ "by": { "id": id }, "expectedVersion": 1, "title": "Small lamp" });
    let payload = owner.mutate("ticketUpdate", "ticket { title version }", input).await;
    assert_eq!(payload["ticket"], json!({ "title": "Big lamp", "version": 3 }), "as it is now");
    let error = &payload["userErrors"][0];
    assert_eq!(error["code"], "VERSION_CONFLICT");
    assert_eq!((&error["expectedVersion"], &error["currentVersion"]), (&json!(1), &json!(3)));
    let fields: Vec<_> =
        error["changes"].as_array().expect("changes").iter().map(|change| &change["field"]).collect();
    assert_eq!(fields.len(), 2, "{error}");
    let by_version = json!({ "by": { "id": id }, "expectedVersion": 2 });
    assert_eq!(owner.is_refused("ticketDelete", by_version).await, "VERSION_CONFLICT expectedVersion");
});

on_both!(a_repeated_request_does_a_thing_once, async |desk: Desk| {
    let owner = &desk.owner;
    let input = json!({ "title": "Once", "contactPhone": "+393510000001", "idempotencyKey": "k1" });
    let first = owner.does("ticketOpen", "ticket { id version } replayed", input.clone()).await;
    assert_eq!(first["replayed"], false);
    owner.updates(&first["ticket"]["id"], json!({ "title": "Changed since" })).await;
    let again = owner.does("ticketOpen", "ticket { id version } replayed", input.clone()).await;
    assert_eq!(again["replayed"], true);
    assert_eq!(again["ticket"], json!({ "id": first["ticket"]["id"], "version": 2 }), "as it is now");
    let mut other = input.clone();
    other["title"] = "Another".into();
    assert_eq!(owner.is_refused("ticketOpen", other).await, "IDEMPOTENCY_KEY_REUSED idempotencyKey");
    // Refusals are not remembered, keys of others are others' keys.
    let mut wrong = json!({ "title": "", "contactPhone": "+393510000001", "idempotencyKey": "k2" });
    assert_eq!(owner.is_refused("ticketOpen", wrong.clone()).await, "REQUIRED title");
    wrong["title"] = "Right".into();
    owner.does("ticketOpen", "ticket { id }", wrong).await;
    let operator = desk.person("OPERATOR").await;
    let theirs = operator.does("ticketOpen", "ticket { id } replayed", input).await;
    assert_eq!(theirs["replayed"], false);
});

on_both!(notes_are_edited_and_deleted, async |desk: Desk| {
    let owner = &desk.owner;
    let id = owner.opens("Lamp").await["id"].clone();
    let note =
        owner.does("ticketNoteAdd", "note { id }", json!({ "by": { "id": id }, "body": "frist" })).await;
    let note = note["note"]["id"].clone();
    let edited =
        owner.does("ticketNoteEdit", "note { body editedAt }", json!({ "id": note, "body": "first" })).await;
    assert_eq!(edited["note"]["body"], "first");
    assert!(edited["note"]["editedAt"].is_string());
    let gone = owner.does("ticketNoteDelete", "ticket { version noteCount }", json!({ "id": note })).await;
    assert_eq!(gone["ticket"], json!({ "version": 4, "noteCount": 0 }));
    assert_eq!(owner.is_refused("ticketNoteEdit", json!({ "id": note, "body": "x" })).await, "NOT_FOUND id");
    assert_eq!(told(owner).await, ["TICKET_OPENED", "NOTE_ADDED", "NOTE_EDITED", "NOTE_DELETED"]);
});

on_both!(many_tickets_are_changed_one_by_one, async |desk: Desk| {
    let owner = &desk.owner;
    let (one, two) = (owner.opens("one").await["id"].clone(), owner.opens("two").await["id"].clone());
    let input = json!({ "ids": [one, "nothing", two], "priority": "HIGH", "note": "All of you." });
    let results = "results { index ticket { priority noteCount version } userErrors { code path } }";
    let payload = owner.does("ticketsUpdate", results, input).await;
    let changed = json!({ "priority": "HIGH", "noteCount": 1, "version": 2 });
    for (index, ticket, errors) in [(0, &changed, 0), (1, &Json::Null, 1), (2, &changed, 0)] {
        let result = &payload["results"][index];
        assert_eq!(result["ticket"], *ticket, "{result}");
        assert_eq!(result["userErrors"].as_array().expect("a list").len(), errors, "{result}");
    }
    let many = json!({ "ids": vec![one; 101], "priority": "LOW" });
    assert!(owner.is_refused("ticketsUpdate", many).await.starts_with("OUT_OF_RANGE"));
});
