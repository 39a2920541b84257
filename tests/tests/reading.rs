//! Lists: pages in both directions, whatever the order, equal the whole.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use serde_json::{Value as Json, json};
use sportello_tests::{Client, Desk, Schema, on_both};

const COUNT: usize = 23;

/// Tickets in which every order field has equal, different and absent values.
async fn fill(desk: &Desk) {
    let (owner, closed) = (&desk.owner, desk.owner.status("closed").await);
    let priorities = ["LOW", "MEDIUM", "HIGH", "URGENT"];
    for number in 0..COUNT {
        let mut input = json!({ "title": format!("{} {}", ["lamp", "Lamp", "chair", "Éclair"][number % 4], number % 3),
            "priority": priorities[number % 4], "contactPhone": format!("+39351000000{}", number % 3) });
        if number % 3 > 0 {
            input["category"] = json!(["Lamps", "chairs"][number % 2]);
        }
        if number % 5 == 0 {
            input["assigneeId"] = json!(owner.id);
        }
        if number % 4 == 1 {
            input["statusId"] = closed.clone();
        }
        owner.opens_with(input).await;
    }
}

fn ids(page: &Json) -> Vec<String> {
    page["nodes"].as_array().expect("a list").iter().map(|node| node["id"].to_string()).collect()
}

/// All ids, page by page from one end; from the last end they are turned round.
async fn paged(client: &Client, mut arguments: Json, forward: bool, size: usize) -> Vec<String> {
    let (count, place, more, end) = if forward {
        ("first", "after", "hasNextPage", "endCursor")
    } else {
        ("last", "before", "hasPreviousPage", "startCursor")
    };
    let mut pages = Vec::new();
    arguments[count] = json!(size);
    loop {
        let page = client.tickets(arguments.clone()).await;
        arguments[place] = page["pageInfo"][end].clone();
        pages.push(ids(&page));
        if page["pageInfo"][more] == false {
            break;
        }
        assert_eq!(pages.last().expect("a page").len(), size);
    }
    if !forward {
        pages.reverse();
    }
    pages.concat()
}

on_both!(pages_equal_the_whole_in_every_order, async |desk: Desk| {
    fill(&desk).await;
    let fields = Schema::parse(&desk.sdl().await).values("TicketOrderField");
    for field in fields.iter().filter(|field| *field != "RELEVANCE") {
        for direction in ["ASC", "DESC"] {
            let arguments = json!({ "orderBy": [{ "field": field, "direction": direction }] });
            let mut all = arguments.clone();
            all["first"] = json!(100);
            let whole = desk.owner.tickets(all).await;
            assert_eq!(ids(&whole).len(), COUNT);
            assert_eq!(whole["totalCount"], COUNT);
            for forward in [true, false] {
                let paged = paged(&desk.owner, arguments.clone(), forward, 5).await;
                assert_eq!(paged, ids(&whole), "{field} {direction} {forward}");
            }
        }
    }
    let two = json!({ "orderBy": [{ "field": "CATEGORY" }, { "field": "OPENED_AT", "direction": "DESC" }] });
    let whole = ids(&desk.owner.tickets(two.clone()).await);
    assert_eq!(paged(&desk.owner, two.clone(), true, 4).await, whole);
    assert_eq!(paged(&desk.owner, two, false, 4).await, whole);
});

on_both!(the_default_order_is_the_most_urgent_first, async |desk: Desk| {
    fill(&desk).await;
    let list = desk.owner.tickets(json!({ "first": 100 })).await;
    let explicit =
        json!([{ "field": "PRIORITY", "direction": "DESC" }, { "field": "OPENED_AT", "direction": "DESC" }]);
    assert_eq!(ids(&list), ids(&desk.owner.tickets(json!({ "first": 100, "orderBy": explicit })).await));
    assert_eq!(list["nodes"][0]["priority"], "URGENT");
    let absent = json!({ "orderBy": [{ "field": "CLOSED_AT", "direction": "DESC" }], "first": 100 });
    let list = desk.owner.tickets(absent).await;
    assert!(list["nodes"][0]["closedAt"].is_string(), "what is absent comes last");
    desk.owner
        .tickets_showing("id", json!({ "orderBy": [{ "field": "RELEVANCE" }] }))
        .await
        .must_be("BAD_REQUEST");
});

on_both!(cursors_belong_to_their_list, async |desk: Desk| {
    fill(&desk).await;
    let owner = &desk.owner;
    let after = owner.tickets(json!({ "first": 2 })).await["pageInfo"]["endCursor"].clone();
    for other in [json!({ "after": after, "orderBy": [{ "field": "TITLE" }] })] {
        let answer = owner.tickets_showing("id", other).await;
        answer.must_be("BAD_REQUEST");
    }
    let answer = owner
        .ask(
            "query($after: String) { contacts(after: $after) { totalCount nodes { id } } }",
            json!({ "after": after }),
        )
        .await;
    answer.must_be("BAD_REQUEST");
});

on_both!(a_filter_means_what_it_says, async |desk: Desk| {
    fill(&desk).await;
    let count =
        async |filter: Json| desk.owner.tickets(json!({ "where": filter })).await["totalCount"].clone();
    let mine = json!({ "assignee": { "isMe": true } });
    assert_eq!(count(json!({})).await, COUNT);
    assert_eq!(count(json!({ "or": [] })).await, 0);
    assert_eq!(count(json!({ "id": { "in": [] } })).await, 0);
    assert_eq!(count(mine.clone()).await, 5);
    assert_eq!(count(json!({ "not": mine })).await, COUNT - 5, "not is the exact complement");
    assert_eq!(count(json!({ "assignee": { "isNull": true } })).await, COUNT - 5);
    assert_eq!(count(json!({ "category": { "isNull": true } })).await, 8);
    assert_eq!(count(json!({ "category": { "name": { "neq": "Lamps" } } })).await, 15, "absent is unequal");
    assert_eq!(count(json!({ "title": { "contains": "ECLAIR" } })).await, 5, "case and accents are ignored");
    assert_eq!(count(json!({ "reference": { "eq": "t-1" } })).await, 1);
    let pressing =
        json!({ "priority": { "gte": "HIGH" }, "status": { "macroStatus": { "eq": "IN_PROGRESS" } } });
    assert_eq!(count(pressing).await, 11, "keys of one object are joined by and");
});

on_both!(nodes_of_every_kind, async |desk: Desk| {
    let owner = &desk.owner;
    let ticket = owner.opens_with(json!({ "title": "x", "category": "c" })).await;
    let note = owner
        .does("ticketNoteAdd", "note { id }", json!({ "by": { "id": ticket["id"] }, "body": "b" }))
        .await;
    let key = desk.key(&["TICKETS_READ"]).await;
    let account = owner.read("{ account { id } }", json!({})).await["account"]["id"].clone();
    let ids = json!([
        ticket["id"],
        ticket["contact"]["id"],
        ticket["category"]["id"],
        ticket["status"]["id"],
        note["note"]["id"],
        owner.id,
        key.id,
        account,
        "nothing",
        ticket["id"]
    ]);
    let nodes =
        owner.read("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": ids })).await;
    let kinds: Vec<_> = nodes["nodes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|node| node["__typename"].as_str().unwrap_or("null"))
        .collect();
    let expected = [
        "Ticket",
        "Contact",
        "TicketCategory",
        "TicketStatus",
        "TicketNote",
        "User",
        "ApiKey",
        "Account",
        "null",
        "Ticket",
    ];
    assert_eq!(kinds, expected);
    for (node, id) in nodes["nodes"].as_array().expect("a list").iter().zip(ids.as_array().expect("a list")) {
        assert!(node.is_null() || node["id"] == *id);
    }
});

on_both!(the_log_is_pulled, async |desk: Desk| {
    let owner = &desk.owner;
    let start = owner.tickets(json!({})).await["eventCursor"].clone();
    for number in 0..5 {
        owner.opens_with(json!({ "title": format!("t{number}"), "category": "c" })).await;
    }
    let document = "query($after: EventCursor, $types: [EventType!], $first: Int! = 100) { changes(after: $after, types: $types, first: $first) { \
        events { type sequence ... on TicketEvent { ticket { title } } } cursor hasMore } }";
    let opened = json!({ "after": start, "types": ["TICKET_OPENED"], "first": 2 });
    let page = owner.read(document, opened).await["changes"].clone();
    assert_eq!((page["events"].as_array().map(Vec::len), &page["hasMore"]), (Some(2), &json!(true)));
    let rest =
        owner.read(document, json!({ "after": page["cursor"], "types": ["TICKET_OPENED"] })).await["changes"]
            .clone();
    let titles: Vec<_> = rest["events"]
        .as_array()
        .expect("events")
        .iter()
        .map(|event| event["ticket"]["title"].clone())
        .collect();
    assert_eq!((json!(titles), &rest["hasMore"]), (json!(["t2", "t3", "t4"]), &json!(false)));
    let end = owner.read(document, json!({ "after": rest["cursor"] })).await["changes"].clone();
    assert_eq!((&end["events"], &end["hasMore"]), (&json!([]), &json!(false)));
});

on_both!(a_field_shows_the_same_whatever_else_is_selected, async |desk: Desk| {
    let owner = &desk.owner;
    let ticket = owner
        .opens_with(json!({ "title": "x", "description": "long", "externalId": "e-1", "contactPhone": "+393510000001" }))
        .await;
    owner.does("ticketNoteAdd", "note { id }", json!({ "by": { "id": ticket["id"] }, "body": "b" })).await;
    let contact =
        "id name phone email locale externalId fields { code } isBlocked isErased createdAt version";
    let fields = "externalId description updatedAt statusChangedAt closedAt firstResponseAt deletedAt reopenCount noteCount";
    let whole = format!("{{ ticket(by: {{ reference: \"T-1\" }}) {{ {fields} contact {{ {contact} }} }} }}");
    let whole = owner.read(&whole, json!({})).await["ticket"].clone();
    for field in fields.split(' ') {
        let one =
            owner.read(&format!("{{ tickets {{ edges {{ node {{ it: {field} }} }} }} }}"), json!({})).await;
        assert_eq!(one["tickets"]["edges"][0]["node"]["it"], whole[field], "{field}");
    }
    let document = format!(
        "query {{ tickets {{ nodes {{ title ...more }} }} }} fragment more on Ticket {{ contact {{ {contact} }} noteCount }}"
    );
    let read = owner.read(&document, json!({})).await["tickets"]["nodes"][0].clone();
    assert_eq!((&read["contact"], &read["noteCount"]), (&whole["contact"], &whole["noteCount"]));
    let named = owner.read(
        "{ tickets { nodes { contact { id } notes { nodes { author { __typename } } } } } }",
        json!({}),
    );
    assert_eq!(named.await["tickets"]["nodes"][0]["contact"]["id"], whole["contact"]["id"]);
});
