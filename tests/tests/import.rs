//! Tickets of another system: brought along as they were, once, whoever brings them and how often.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use futures_util::future::join_all;
use serde_json::{Value as Json, json};
use sportello_tests::{Client, Desk, TICKET, on_both};

/// A ticket as another system had it.
fn lamp(number: usize) -> Json {
    json!({
        "externalId": format!("old:{number}"), "title": format!("Lamp {number}"), "statusKey": "open",
        "contactExternalId": format!("old:{}", number % 7), "contactName": "Anna Rossi", "openedAt": "2024-05-01T08:30:00Z",
    })
}

fn with(mut ticket: Json, fields: Json) -> Json {
    for (name, value) in fields.as_object().expect("an object") {
        ticket[name] = value.clone();
    }
    ticket
}

/// The payload of an import of these tickets.
async fn import(client: &Client, tickets: &[Json], key: Option<&str>) -> Json {
    let selection =
        format!("results {{ index ticket {{ {TICKET} }} userErrors {{ code message path }} }} replayed");
    client.does("ticketsImport", &selection, json!({ "tickets": tickets, "idempotencyKey": key })).await
}

/// The only ticket of an import that has to succeed.
async fn brings(client: &Client, ticket: Json) -> Json {
    let result = import(client, &[ticket], None).await["results"][0].clone();
    assert_eq!(result["userErrors"], json!([]), "{result:#}");
    result["ticket"].clone()
}

/// Why a ticket was refused: `CODE path.in.the.input` of each reason.
fn refusals(result: &Json) -> Vec<String> {
    let errors = result["userErrors"].as_array().expect("a list");
    let told = errors.iter().map(|error| {
        let path = error["path"].as_array().expect("a path").iter().filter_map(Json::as_str);
        format!("{} {}", error["code"].as_str().expect("a code"), path.collect::<Vec<_>>().join("."))
    });
    told.collect()
}

/// How often each type of event stands in the log.
async fn count(client: &Client, r#type: &str) -> usize {
    client.log().await.iter().filter(|event| event["type"] == r#type).count()
}

on_both!(a_ticket_is_brought_along_as_it_was, async |desk: Desk| {
    let owner = &desk.owner;
    let mut watcher = owner.watches_from_now(json!({})).await;
    let ticket = brings(
        owner,
        json!({
            "externalId": "zendesk:35436", "reference": "Z-35436", "contactPhone": "0039 351 234 5678",
            "contactName": "  Anna\u{7}  Rossi ", "contactExternalId": "zendesk:20978392", "title": " My printer is on fire ",
            "description": "The smoke is\nvery colourful.", "priority": "URGENT", "statusKey": "closed", "category": "Printers",
            "assigneeEmail": desk.owner_email.to_uppercase(), "openedAt": "2019-07-20T22:55:29+02:00",
            "closedAt": "2021-05-05T10:38:52.123Z", "notes": ["First.", "Second.\nWith a line."],
        }),
    )
    .await;
    let expected = json!({
        "reference": "Z-35436", "externalId": "zendesk:35436", "title": "My printer is on fire",
        "description": "The smoke is\nvery colourful.", "priority": "URGENT", "macroStatus": "TERMINATED", "source": "IMPORT",
        "openedAt": "2019-07-20T20:55:29.000Z", "closedAt": "2021-05-05T10:38:52.123Z",
        "statusChangedAt": "2021-05-05T10:38:52.123Z", "deletedAt": null, "reopenCount": 0, "version": 1, "noteCount": 2,
    });
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(ticket[name], *value, "{name}");
    }
    assert_eq!(
        (&ticket["status"]["key"], &ticket["category"]["name"]),
        (&json!("closed"), &json!("Printers"))
    );
    assert_eq!(
        (&ticket["contact"]["name"], &ticket["assignee"]["id"]),
        (&json!("Anna Rossi"), &json!(owner.id))
    );
    let document = "query($id: ID!) { ticket(by: { id: $id }) { openedBy { ... on User { id } } \
                    contact { phone externalId } notes { nodes { body createdAt author { ... on User { id } } } } } }";
    let shown = owner.read(document, json!({ "id": ticket["id"] })).await["ticket"].clone();
    assert_eq!(shown["contact"], json!({ "phone": "+393512345678", "externalId": "zendesk:20978392" }));
    assert_eq!(shown["openedBy"]["id"], owner.id.as_str());
    let bodies: Vec<_> =
        shown["notes"]["nodes"].as_array().expect("notes").iter().map(|note| &note["body"]).collect();
    assert_eq!(bodies, [&json!("First."), &json!("Second.\nWith a line.")]);
    assert_eq!(shown["notes"]["nodes"][0]["createdAt"], "2019-07-20T20:55:29.000Z");

    let change = watcher.change().await;
    assert_eq!(
        (&change["transition"], &change["event"]["type"]),
        (&json!("ENTERED"), &json!("TICKET_OPENED"))
    );
    let told = owner.log().await;
    let told: Vec<_> = told.iter().map(|event| event["type"].as_str().expect("a type")).collect();
    assert_eq!(told[told.len() - 3..], ["CONTACT_CREATED", "CATEGORY_CREATED", "TICKET_OPENED"]);
    assert_eq!(brings(owner, lamp(1)).await["reference"], "T-1", "automatic where none is given");
});

on_both!(what_is_wrong_is_told_ticket_by_ticket, async |desk: Desk| {
    let owner = &desk.owner;
    brings(owner, with(lamp(1), json!({ "reference": "Old-1" }))).await;
    let wrong = [
        (json!({ "externalId": " " }), "REQUIRED externalId"),
        (json!({ "externalId": "x".repeat(201) }), "TOO_LONG externalId"),
        (json!({ "title": "" }), "REQUIRED title"),
        (json!({ "title": "a\nb" }), "INVALID title"),
        (json!({ "description": "x".repeat(20_001) }), "TOO_LONG description"),
        (json!({ "notes": ["good", " "] }), "REQUIRED notes.1"),
        (json!({ "statusKey": "nothing" }), "NOT_FOUND statusKey"),
        (json!({ "statusKey": "a\u{0}b" }), "NOT_FOUND statusKey"),
        (json!({ "assigneeEmail": "nobody@bottega.example" }), "NOT_FOUND assigneeEmail"),
        (json!({ "openedAt": "2999-01-01T00:00:00Z" }), "OUT_OF_RANGE openedAt"),
        (json!({ "statusKey": "closed" }), "REQUIRED closedAt"),
        (json!({ "closedAt": "2024-06-01T00:00:00Z" }), "INVALID closedAt"),
        (json!({ "statusKey": "resolved", "closedAt": "2024-04-01T00:00:00Z" }), "OUT_OF_RANGE closedAt"),
        (json!({ "statusKey": "resolved", "closedAt": "2999-04-01T00:00:00Z" }), "OUT_OF_RANGE closedAt"),
        (json!({ "reference": "OLD-1" }), "REFERENCE_TAKEN reference"),
        (json!({ "reference": "a b" }), "INVALID reference"),
        (json!({ "category": "x".repeat(81) }), "TOO_LONG category"),
        (json!({ "contactPhone": "351" }), "INVALID contactPhone"),
        (json!({ "contactExternalId": "" }), "REQUIRED contactExternalId"),
        (json!({ "externalId": "old:1" }), "TAKEN externalId"),
    ];
    let before = owner.log().await.len();
    let tickets: Vec<_> = wrong.iter().map(|(fields, _)| with(lamp(2), fields.clone())).collect();
    let payload = import(owner, &tickets, None).await;
    for (index, (fields, expected)) in wrong.iter().enumerate() {
        let result = &payload["results"][index];
        let (code, path) = expected.split_once(' ').expect("a code and a path");
        assert_eq!(refusals(result), [format!("{code} tickets.{index}.{path}")], "{fields}");
        assert_eq!(result["index"], index);
        assert_eq!(result["ticket"].is_null(), *expected != "TAKEN externalId", "{result}");
    }
    assert_eq!(owner.log().await.len(), before, "what is refused leaves nothing behind");
    let many = json!({ "tickets": vec![lamp(3); 501] });
    assert_eq!(owner.is_refused("ticketsImport", many).await, "OUT_OF_RANGE tickets");
    let several = with(lamp(4), json!({ "title": "", "notes": [""], "openedAt": "2999-01-01T00:00:00Z" }));
    let payload = import(owner, &[several, lamp(5)], None).await;
    assert_eq!(
        refusals(&payload["results"][0]),
        ["REQUIRED tickets.0.title", "REQUIRED tickets.0.notes.0", "OUT_OF_RANGE tickets.0.openedAt"]
    );
    assert_eq!(payload["results"][1]["ticket"]["title"], "Lamp 5", "one refusal stops nothing else");
    let operator = desk.person("OPERATOR").await;
    operator.attempt("ticketsImport", "replayed", json!({ "tickets": [] })).await.must_be("FORBIDDEN");
    assert_eq!(import(owner, &[], None).await["results"], json!([]));
});

on_both!(what_is_there_already_is_left_as_it_is, async |desk: Desk| {
    let owner = &desk.owner;
    let first = brings(owner, lamp(1)).await;
    let worked = owner.updates(&first["id"], json!({ "priority": "HIGH", "note": "Ours." })).await;
    let again = with(lamp(1), json!({ "title": "Another", "statusKey": "nothing" }));
    let result = import(owner, &[again], None).await["results"][0].clone();
    assert_eq!(refusals(&result), ["TAKEN tickets.0.externalId"]);
    assert_eq!(result["ticket"], worked);
    let blind = desk.key(&["SETTINGS_WRITE"]).await;
    let input = json!({ "tickets": [lamp(1)] });
    let payload =
        blind.does("ticketsImport", "results { ticket { title } userErrors { code } }", input).await;
    let shown = json!([{ "ticket": null, "userErrors": [{ "code": "TAKEN" }] }]);
    assert_eq!(payload["results"], shown, "who may not read is shown nothing");
    owner.does("ticketDelete", "ticket { id }", json!({ "by": { "id": first["id"] } })).await;
    let result = import(owner, &[lamp(1)], None).await["results"][0].clone();
    assert_eq!(
        (refusals(&result), &result["ticket"]),
        (vec!["TAKEN tickets.0.externalId".to_owned()], &Json::Null)
    );
    let neighbour = desk.neighbour().await;
    assert_eq!(brings(&neighbour, lamp(1)).await["reference"], "T-1", "another account knows nothing of it");
});

on_both!(a_contact_is_found_by_what_is_known_of_it, async |desk: Desk| {
    let owner = &desk.owner;
    let contact = |key: Option<&str>, phone: Option<&str>, name: Option<&str>| json!({ "contactExternalId": key, "contactPhone": phone, "contactName": name });
    let known = owner.opens_with(json!({ "title": "x", "contactPhone": "+393510000009" })).await;
    let mut brought = Vec::new();
    for (number, who) in [
        contact(Some("old:9"), Some("+39 351 000 0009"), Some("Bruno")),
        contact(Some("old:9"), None, Some("Somebody else")),
        contact(Some("old:10"), None, Some("Carla")),
        contact(Some("old:10"), Some("+39 351 000 0010"), None),
        contact(None, Some("+39 351 000 0010"), None),
        contact(Some("old:10"), Some("+39 351 000 0009"), None),
        contact(None, None, Some("Dario")),
        contact(None, None, None),
    ]
    .into_iter()
    .enumerate()
    {
        brought.push(brings(owner, with(lamp(number), who)).await["contact"].clone());
    }
    let ids: Vec<_> = brought.iter().map(|contact| &contact["id"]).collect();
    assert!(ids[..2].iter().all(|id| **id == known["contact"]["id"]), "by the number, then by the key");
    assert!(ids[3..6].iter().all(|id| *id == ids[2]), "by the key, then by the number, the key first");
    assert_eq!(brought[0]["name"], "Bruno", "what was not known is filled in");
    assert_eq!(brought[1]["name"], "Bruno", "what was known stays");
    assert_eq!((&brought[6]["name"], &brought[7]["name"]), (&json!("Dario"), &json!("")));
    let document =
        "query($phone: PhoneNumber!) { contact(by: { phone: $phone }) { name externalId version } }";
    let shown = owner.read(document, json!({ "phone": "+393510000009" })).await["contact"].clone();
    assert_eq!(shown, json!({ "name": "Bruno", "externalId": "old:9", "version": 2 }));
    let long = with(lamp(50), contact(Some("old:50"), None, Some(&"é".repeat(300))));
    assert_eq!(brings(owner, long).await["contact"]["name"], "é".repeat(200));
});

on_both!(many_who_import_the_same_at_once_bring_it_once, async |desk: Desk| {
    let owner = &desk.owner;
    let category = json!({ "category": "Lamps", "contactPhone": null });
    let tickets: Vec<_> = (0..40).map(|number| with(lamp(number), category.clone())).collect();
    let mut turned = tickets.clone();
    turned.reverse();
    let payloads = join_all((0..6).map(|place| {
        let tickets = if place % 2 == 0 { &tickets } else { &turned };
        import(owner, tickets, None)
    }))
    .await;
    let mut brought = 0;
    for result in payloads.iter().flat_map(|payload| payload["results"].as_array().expect("results")) {
        let refused = refusals(result);
        brought += usize::from(refused.is_empty());
        assert!(
            refused.iter().all(|one| one.starts_with("TAKEN") && one.ends_with("externalId")),
            "{refused:?}"
        );
        assert!(result["ticket"]["externalId"].is_string(), "it is shown whoever brought it: {result}");
    }
    assert_eq!(brought, 40);
    assert_eq!(owner.tickets(json!({ "first": 1 })).await["totalCount"], 40);
    assert_eq!(count(owner, "TICKET_OPENED").await, 40);
    assert_eq!(count(owner, "CONTACT_CREATED").await, 7);
    assert_eq!(count(owner, "CATEGORY_CREATED").await, 1);
});

on_both!(an_import_that_was_cut_off_is_begun_again, async |desk: Desk| {
    let owner = &desk.owner;
    let tickets: Vec<_> = (0..20).map(lamp).collect();
    import(owner, &tickets[..9], None).await;
    let payload = import(owner, &tickets, None).await;
    for (number, result) in payload["results"].as_array().expect("results").iter().enumerate() {
        assert_eq!(result["ticket"]["title"], format!("Lamp {number}"));
        assert_eq!(result["userErrors"].as_array().expect("a list").len(), usize::from(number < 9));
    }
    assert_eq!(owner.tickets(json!({ "first": 1 })).await["totalCount"], 20);
});

on_both!(the_same_key_imports_once, async |desk: Desk| {
    let owner = &desk.owner;
    let tickets: Vec<_> = [lamp(1), with(lamp(2), json!({ "title": "" })), lamp(3)].into();
    let first = import(owner, &tickets, Some("batch-1")).await;
    assert_eq!(first["replayed"], false);
    let id = &first["results"][0]["ticket"]["id"];
    owner.updates(id, json!({ "priority": "HIGH" })).await;
    let (again, at_once) =
        tokio::join!(import(owner, &tickets, Some("batch-1")), import(owner, &tickets, Some("batch-1")));
    for payload in [again, at_once] {
        assert_eq!(payload["replayed"], true, "{payload:#}");
        assert_eq!(payload["results"][0]["ticket"]["priority"], "HIGH", "as it is now");
        assert_eq!(payload["results"][0]["userErrors"], json!([]), "the same answer, not TAKEN");
        assert_eq!(refusals(&payload["results"][1]), ["REQUIRED tickets.1.title"]);
    }
    let other = json!({ "tickets": [lamp(4)], "idempotencyKey": "batch-1" });
    assert_eq!(owner.is_refused("ticketsImport", other).await, "IDEMPOTENCY_KEY_REUSED idempotencyKey");
    let parallel: Vec<_> = (10..30).map(lamp).collect();
    let payloads = join_all((0..4).map(|_| import(owner, &parallel, Some("batch-2")))).await;
    let of = |payload: &Json, index: usize| payload["results"][index]["ticket"]["id"].clone();
    for payload in &payloads {
        assert!((0..20).all(|index| of(payload, index) == of(&payloads[0], index)));
        assert!((0..20).all(|index| payload["results"][index]["userErrors"] == json!([])));
    }
    assert_eq!(owner.tickets(json!({ "first": 1 })).await["totalCount"], 22);
});
