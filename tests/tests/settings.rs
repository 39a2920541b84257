//! Statuses, categories, contacts and the account: what is made of them, and what becomes of their tickets.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use serde_json::{Value as Json, json};
use sportello_tests::{Desk, on_both};

on_both!(a_status_in_use_goes_only_with_a_place_to_move_to, async |desk: Desk| {
    let owner = &desk.owner;
    let input = json!({ "name": "Sent to repair", "macroStatus": "IN_PROGRESS", "color": "#AABBCC" });
    let made =
        owner.does("ticketStatusCreate", "status { id key color isPredefined macroStatus }", input).await;
    let status = made["status"]["id"].clone();
    assert_eq!(made["status"]["color"], "#aabbcc");
    let id = owner.opens_with(json!({ "title": "Lamp", "statusId": status })).await["id"].clone();
    assert_eq!(owner.is_refused("ticketStatusDelete", json!({ "id": status })).await, "IN_USE id");
    let closed = owner.status("closed").await;
    let input = json!({ "id": status, "moveTicketsToId": closed });
    owner.does("ticketStatusDelete", "status { isDeleted }", input).await;
    let ticket = owner.ticket(&id).await;
    assert_eq!((&ticket["status"]["id"], &ticket["version"]), (&closed, &json!(2)));
    assert!(ticket["closedAt"].is_string());
    let last = owner.log().await;
    assert!(last.iter().any(|event| event["type"] == "TICKET_STATUS_CHANGED" && event["ticketId"] == id));
    let gone = json!({ "by": { "id": id }, "statusId": status });
    assert_eq!(owner.is_refused("ticketUpdate", gone).await, "NOT_FOUND statusId");
});

on_both!(predefined_statuses_stay, async |desk: Desk| {
    let owner = &desk.owner;
    let open = owner.status("open").await;
    let refused = owner.is_refused("ticketStatusDelete", json!({ "id": open })).await;
    assert!(refused.starts_with("IMMUTABLE") || refused.starts_with("IN_USE"), "{refused}");
    let input = json!({ "id": open, "macroStatus": "TERMINATED" });
    assert_eq!(owner.is_refused("ticketStatusUpdate", input).await, "IMMUTABLE macroStatus");
    let taken = json!({ "name": " OPEN ", "macroStatus": "IN_PROGRESS" });
    assert_eq!(owner.is_refused("ticketStatusCreate", taken).await, "TAKEN name");
    let none = owner
        .ask("mutation { ticketStatusCreate(input: { name: \"x\" }) { status { id } } }", json!({}))
        .await;
    none.must_be("BAD_REQUEST");
});

on_both!(a_changed_macro_status_closes_its_tickets, async |desk: Desk| {
    let owner = &desk.owner;
    let input = json!({ "name": "Parked", "macroStatus": "IN_PROGRESS" });
    let status = owner.does("ticketStatusCreate", "status { id }", input).await["status"]["id"].clone();
    let id = owner.opens_with(json!({ "title": "Lamp", "statusId": status })).await["id"].clone();
    owner
        .does("ticketStatusUpdate", "status { id }", json!({ "id": status, "macroStatus": "TERMINATED" }))
        .await;
    let ticket = owner.ticket(&id).await;
    assert_eq!((&ticket["macroStatus"], &ticket["version"]), (&json!("TERMINATED"), &json!(2)));
    owner
        .does("ticketStatusUpdate", "status { id }", json!({ "id": status, "macroStatus": "IN_PROGRESS" }))
        .await;
    let ticket = owner.ticket(&id).await;
    assert_eq!((&ticket["closedAt"], &ticket["reopenCount"]), (&Json::Null, &json!(1)));
});

on_both!(merging_categories_moves_their_tickets, async |desk: Desk| {
    let owner = &desk.owner;
    let late = owner.opens_with(json!({ "title": "a", "category": "Late" })).await;
    let slow = owner.opens_with(json!({ "title": "b", "category": "Slow" })).await;
    let input = json!({ "fromId": late["category"]["id"], "intoId": slow["category"]["id"] });
    owner.does("ticketCategoryMerge", "category { id }", input).await;
    let moved = owner.ticket(&late["id"]).await;
    assert_eq!((&moved["category"], &moved["version"]), (&slow["category"], &json!(2)));
    let list = owner.read("{ ticketCategories { nodes { name ticketCount } totalCount } }", json!({})).await;
    assert_eq!(list["ticketCategories"]["nodes"], json!([{ "name": "Slow", "ticketCount": 2 }]));
    let itself = json!({ "fromId": slow["category"]["id"], "intoId": slow["category"]["id"] });
    assert!(owner.is_refused("ticketCategoryMerge", itself).await.starts_with("INVALID"));
});

on_both!(a_contact_is_made_changed_and_erased, async |desk: Desk| {
    let owner = &desk.owner;
    owner
        .does("dynamicFieldCreate", "field { code }", json!({ "code": "SHOE_SIZE", "label": "Shoe size" }))
        .await;
    let contact = "contact { id name phone email version isErased fields { code value } }";
    let input = json!({ "name": "Ada", "phone": "0039 351 000-0002", "email": "ada@example.org",
        "fields": [{ "code": "SHOE_SIZE", "value": "38" }] });
    let made = owner.does("contactCreate", contact, input).await["contact"].clone();
    assert_eq!(made["phone"], "+393510000002");
    assert_eq!(made["fields"], json!([{ "code": "SHOE_SIZE", "value": "38" }]));
    let id = made["id"].clone();
    let input = json!({ "name": "Eva", "phone": "+393510000002" });
    let payload = owner.mutate("contactCreate", "contact { id }", input).await;
    assert_eq!(payload["userErrors"][0]["code"], "TAKEN");
    let input = json!({ "id": id, "expectedVersion": 1, "email": null, "fields": [{ "code": "SHOE_SIZE", "value": null }] });
    let changed = owner.does("contactUpdate", contact, input).await["contact"].clone();
    assert_eq!(
        (&changed["email"], &changed["fields"], &changed["version"]),
        (&Json::Null, &json!([]), &json!(2))
    );
    let ticket = owner.opens_with(json!({ "title": "Shoes", "contactId": id })).await;
    let erased = owner.does("contactDelete", contact, json!({ "id": id })).await["contact"].clone();
    assert_eq!(
        (&erased["name"], &erased["phone"], &erased["isErased"]),
        (&json!(""), &Json::Null, &json!(true))
    );
    assert_eq!(owner.ticket(&ticket["id"]).await["contact"]["name"], "");
    let log = owner.read(
        "{ changes(first: 100) { events { ... on ContactEvent { changes { before after } } } } }",
        json!({}),
    );
    assert!(!log.await.to_string().contains("Ada"), "erased from the log too");
});

on_both!(an_unknown_phone_makes_a_contact_once, async |desk: Desk| {
    let owner = &desk.owner;
    let first = owner.opens_with(json!({ "title": "a", "contactPhone": "+39 351 000 0003" })).await;
    let second = owner.opens_with(json!({ "title": "b", "contactPhone": "00393510000003" })).await;
    assert_eq!(first["contact"], second["contact"]);
    let neither = json!({ "title": "c" });
    assert!(owner.is_refused("ticketOpen", neither).await.starts_with("REQUIRED contact"));
    let local = json!({ "title": "c", "contactPhone": "351 000 0003" });
    assert_eq!(owner.is_refused("ticketOpen", local).await, "INVALID contactPhone");
});

on_both!(the_account_is_changed, async |desk: Desk| {
    let owner = &desk.owner;
    let account = "account { name locale timeZone referencePrefix }";
    let input = json!({ "locale": "it", "timeZone": "America/New_York" });
    let changed = owner.does("accountUpdate", account, input).await["account"].clone();
    assert_eq!(changed["timeZone"], "America/New_York");
    let statuses = owner.read("{ ticketStatuses { name } }", json!({})).await;
    assert_eq!(statuses["ticketStatuses"][0]["name"], "Aperto", "predefined names follow the locale");
    for (field, wrong) in [("timeZone", "Mars/Olympus"), ("locale", "not a tag"), ("referencePrefix", "a b")]
    {
        assert_eq!(
            owner.is_refused("accountUpdate", json!({ field: wrong })).await,
            format!("INVALID {field}")
        );
    }
});
