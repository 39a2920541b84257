//! Pages of tickets are written directly where that is possible. Whatever the way, an answer has the same bytes: an
//! event stream's result always goes through the executor, so that it tells what the answer has to be.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use serde_json::{Value as Json, json};
use sportello_tests::{Client, Desk, Schema, Selections, on_both};

const VARIABLES: &str = "$search: String, $where: TicketWhere, $orderBy: [TicketOrder!], $first: Int, $after: String, \
     $last: Int, $before: String";
const FIELD: &str = "tickets(search: $search, where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, \
     before: $before)";

/// Tickets in which every field has different values, some absent, and texts that JSON has to escape.
async fn fill(desk: &Desk) {
    let owner = &desk.owner;
    let contact = json!({ "name": "Ada \"the\" Contact", "phone": "+393510000009", "email": "ada@example.org",
        "locale": "it-IT", "externalId": "c-1", "fields": [{ "code": "SIZE", "value": "big \"one\"" }] });
    let field = json!({ "code": "SIZE", "label": "Size" });
    owner.does("dynamicFieldCreate", "field { code }", field).await;
    owner.does("contactCreate", "contact { id }", contact).await;
    let robot = desk.key(&["TICKETS_WRITE", "CONTACTS_WRITE"]).await;
    let (closed, operator) = (owner.status("closed").await, desk.person("OPERATOR").await);
    let texts =
        ["plain", "back\\slash \"quoted\" </b>", "perché è così 🙂 日本語", "tab\there \u{ad}\u{2028}"];
    for number in 0..12 {
        let mut input = json!({ "title": texts[number % 3], "priority": (["LOW", "HIGH", "URGENT"][number % 3]),
            "description": format!("{}\nline {number}", texts[number % 4].trim()),
            "contactPhone": (["+393510000009", "+393510000001"][number % 2]) });
        if number % 3 > 0 {
            input["category"] = json!(["Lamps", "Chairs"][number % 2]);
        }
        if number % 4 > 1 {
            input["assigneeId"] = json!([&owner.id, &operator.id][number % 2]);
        }
        if number % 5 == 0 {
            input["statusId"] = closed.clone();
        }
        if number % 6 == 0 {
            input["externalId"] = json!(format!("e-{number}"));
        }
        let ticket =
            if number % 4 == 3 { robot.opens_with(input).await } else { owner.opens_with(input).await };
        if number % 7 == 1 {
            let note = json!({ "by": { "id": ticket["id"] }, "body": "noted" });
            owner.does("ticketNoteAdd", "note { id }", note).await;
        }
    }
}

/// Arguments, good and bad.
async fn arguments(owner: &Client) -> Vec<Json> {
    let cursor = owner.tickets(json!({ "first": 4 })).await["pageInfo"]["endCursor"].clone();
    vec![
        json!({}),
        json!({ "first": 3 }),
        json!({ "first": 0, "search": null }),
        json!({ "last": 3, "before": cursor }),
        json!({ "first": 2, "after": cursor, "where": {} }),
        json!({ "first": 7, "orderBy": [{ "field": "CLOSED_AT" }, { "field": "TITLE", "direction": "DESC" }] }),
        json!({ "search": "lamps OR perche", "orderBy": { "field": "CONTACT" } }),
        json!({ "where": { "or": [{ "assignee": { "isMe": true } }, { "category": { "isNull": true } }] } }),
        json!({ "where": { "status": { "macroStatus": { "eq": "TERMINATED" } }, "openedAt": { "gte": "-P1D" } } }),
        json!({ "where": { "title": { "contains": "nothing has this" } } }),
        json!({ "first": 101 }),
        json!({ "first": 1, "last": 1 }),
        json!({ "after": "no cursor" }),
        json!({ "where": { "openedAt": { "gte": "yesterday" } } }),
        json!({ "orderBy": [{ "field": "RELEVANCE" }] }),
    ]
}

async fn ask(client: &Client, accept: &str, document: &str, variables: &Json) -> String {
    let request = client.request(reqwest::Method::POST).header("accept", accept);
    let request = request.json(&json!({ "query": document, "variables": variables }));
    request.send().await.expect("an answer").text().await.expect("a text")
}

/// What the executor answers: the first event of a stream.
async fn executed(client: &Client, document: &str, variables: &Json) -> String {
    let text = ask(client, "text/event-stream", document, variables).await;
    let data = text.lines().find_map(|line| line.strip_prefix("data:")).map(str::trim_start);
    data.unwrap_or_else(|| panic!("no result: {text}")).to_owned()
}

/// The same but for the request's id, which every error has.
fn without_ids(text: &str) -> Json {
    let mut answer: Json = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    for error in answer["errors"].as_array_mut().expect("errors") {
        assert!(error["extensions"]["requestId"].take().is_string(), "{error}");
    }
    answer
}

/// Asks both ways; whether data came.
async fn compare(client: &Client, document: &str, variables: &Json) -> bool {
    let direct = ask(client, "application/json", document, variables).await;
    let executed = executed(client, document, variables).await;
    let is_good = !executed.contains("\"errors\":");
    if is_good {
        assert_eq!(direct, executed, "{document} {variables}");
    } else {
        assert_eq!(without_ids(&direct), without_ids(&executed), "{document} {variables}");
    }
    is_good
}

/// How many answers were written directly in this process so far.
async fn shortened(desk: &Desk) -> u64 {
    let page = reqwest::get(format!("http://{}/metrics", desk.stranger.address)).await.expect("the metrics");
    let page = page.text().await.expect("a text");
    let line = page.lines().find_map(|line| line.strip_prefix("sportello_graphql_shortened_total "));
    line.map_or(0, |count| count.parse().expect("a number"))
}

on_both!(an_answer_is_the_same_by_either_road, async |desk: Desk| {
    fill(&desk).await;
    let schema = Schema::parse(&desk.sdl().await);
    let everybody = [
        desk.owner.clone(),
        desk.person("VIEWER").await,
        desk.key(&["TICKETS_READ"]).await,
        desk.key(&["TICKETS_READ", "CONTACTS_READ"]).await,
        desk.key(&["CONTACTS_READ"]).await,
        desk.stranger.clone(),
    ];
    let arguments = arguments(&desk.owner).await;
    let before = shortened(&desk).await;
    let (mut good, mut bad) = (0, 0);
    for seed in 0..90_usize {
        let document =
            Selections::new(&schema, seed as u64 * 7919).document(VARIABLES, FIELD, "TicketConnection");
        let mut variables = arguments[seed % arguments.len()].clone();
        variables["yes"] = json!(seed % 2 == 0);
        for client in [&everybody[0], &everybody[1 + seed % 5]] {
            match compare(client, &document, &variables).await {
                true => good += 1,
                false => bad += 1,
            }
        }
    }
    assert!(good > 60 && bad > 20, "both kinds of answers were there: {good} and {bad}");
    let direct = shortened(&desk).await - before;
    assert!(direct > good / 2, "most answers are written directly: {direct} of {good}");
});

on_both!(every_field_of_a_page_is_the_same_by_either_road, async |desk: Desk| {
    fill(&desk).await;
    let everything = "{ tickets(first: 9) { __typename totalCount eventCursor \
        pageInfo { __typename hasNextPage hasPreviousPage startCursor endCursor } \
        edges { __typename cursor node { ...T } } nodes { ...T } } } \
        fragment T on Ticket { __typename id reference externalId title description priority macroStatus source openedAt \
        updatedAt statusChangedAt closedAt firstResponseAt deletedAt reopenCount version noteCount \
        status { __typename id key name color macroStatus position isPredefined isDefault isDeleted } \
        category { __typename id name isArchived createdAt } assignee { ...U } \
        openedBy { __typename ...U ... on ApiKey { id name } ... on Contact { id name } ... on System { name } } \
        contact { __typename id name phone email locale externalId whatsAppUserId fields { __typename code value } \
        isBlocked isErased createdAt updatedAt version } } \
        fragment U on User { __typename id name email role locale isActive receivesTicketEmails createdAt }";
    let everybody = [desk.owner.clone(), desk.key(&["TICKETS_READ"]).await];
    for client in everybody {
        let before = shortened(&desk).await;
        assert!(compare(&client, everything, &json!({})).await);
        assert!(shortened(&desk).await > before, "it is written directly");
    }
});
