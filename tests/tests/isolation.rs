//! Every place of the schema that takes an id, tried with ids of another account: the answer is the same, letter for
//! letter, as for an id that nobody has.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use serde_json::{Map, Value as Json, json};
use sportello_tests::{
    Argument, Client, Desk, Schema, on_both,
    schema::{arguments, document},
};

/// Stands in every text of the other account.
const MARK: &str = "Zebra";

/// An id of each kind, of things that bear the mark.
async fn belongings(client: &Client) -> Vec<String> {
    client.does("accountUpdate", "account { id }", json!({ "name": format!("{MARK} account") })).await;
    client.does("profileUpdate", "user { id }", json!({ "name": format!("{MARK} user") })).await;
    let contact = json!({ "name": format!("{MARK} contact"), "phone": "+393519999999", "externalId": MARK });
    let contact = client.does("contactCreate", "contact { id }", contact).await["contact"]["id"].clone();
    let category = format!("{MARK} category");
    let ticket = json!({ "title": format!("{MARK} ticket"), "category": category, "contactId": contact, "externalId": MARK });
    let ticket = client.opens_with(ticket).await;
    let note = json!({ "by": { "id": ticket["id"] }, "body": format!("{MARK} note") });
    let note = client.does("ticketNoteAdd", "note { id }", note).await["note"]["id"].clone();
    let key = json!({ "name": format!("{MARK} key"), "scopes": ["TICKETS_READ"] });
    let key = client.does("apiKeyCreate", "apiKey { id }", key).await["apiKey"]["id"].clone();
    let status = json!({ "name": format!("{MARK} status"), "macroStatus": "IN_PROGRESS" });
    let status = client.does("ticketStatusCreate", "status { id }", status).await["status"]["id"].clone();
    let template =
        json!({ "name": format!("{MARK}_template"), "language": "en", "body": format!("{MARK} body") });
    let template =
        client.does("messageTemplateCreate", "template { id }", template).await["template"]["id"].clone();
    let automation = json!({
        "name": format!("{MARK} automation"),
        "isEnabled": false,
        "trigger": { "messageReceived": { "match": "ANY" } },
        "steps": [{ "openTicket": { "title": format!("{MARK} opened") } }],
    });
    let automation =
        client.does("automationCreate", "automation { id }", automation).await["automation"].clone();
    let message = json!({ "phone": "+393519999999", "text": format!("{MARK} message") });
    let message = client.does("sandboxMessageReceive", "message { id chat { id } }", message).await;
    let endpoint = json!({ "url": format!("https://{MARK}.example/"), "types": ["CATEGORY_DELETED"] });
    let endpoint =
        client.does("webhookEndpointCreate", "endpoint { id }", endpoint).await["endpoint"]["id"].clone();
    let view = json!({ "name": format!("{MARK} view"), "search": MARK, "isShared": true });
    let view = client.does("ticketViewSave", "view { id }", view).await["view"]["id"].clone();
    let viewer = client.read("{ viewer { account { id } user { id } } }", json!({})).await["viewer"].clone();
    let ids = [
        &contact,
        &ticket["id"],
        &ticket["category"]["id"],
        &note,
        &key,
        &status,
        &view,
        &template,
        &automation["id"],
        &message["message"]["id"],
        &message["message"]["chat"]["id"],
        &endpoint,
        &viewer["account"]["id"],
        &viewer["user"]["id"],
    ];
    ids.map(|id| id.as_str().expect("an id").to_owned()).to_vec()
}

/// An id of the same form that nobody has.
fn nobodys(id: &str) -> String {
    let mut characters: Vec<_> = id.chars().collect();
    for character in characters.iter_mut().rev().take(6) {
        *character = if *character == 'a' { 'b' } else { 'a' };
    }
    characters.into_iter().collect()
}

/// All ways from the arguments to an id: names, and "" for an element of a list.
fn ways(schema: &Schema, inputs: Vec<Argument>, seen: &[&str]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for input in inputs {
        let name = input.r#type.inner_named_type().to_string();
        let mut way = vec![input.name];
        if input.r#type.is_list() {
            way.push(String::new());
        }
        if name == "ID" {
            found.push(way);
        } else if !seen.contains(&name.as_str()) {
            let inner = ways(schema, schema.inputs(&name), &[seen, &[name.as_str()]].concat());
            found.extend(inner.into_iter().map(|rest| [way.clone(), rest].concat()));
        }
    }
    found
}

/// The variables with the id at the end of the way; where exactly one field may be, others go.
fn put(variables: &mut Json, way: &[String], id: &str) {
    let Some((name, rest)) = way.split_first() else {
        *variables = json!(id);
        return;
    };
    if name.is_empty() {
        *variables = json!([null]);
        return put(&mut variables[0], rest, id);
    }
    if !variables.is_object() {
        *variables = Json::Object(Map::new());
    }
    if name == "by" || name == "trigger" {
        variables[name] = json!({});
    }
    put(&mut variables[name], rest, id);
}

/// The answer without what is another for every request, and without the id itself.
fn plain(mut answer: Json, id: &str) -> String {
    // An HTTP answer has its errors under "errors", a socket's error message is all payload.
    for place in ["/errors", "/payload", "/payload/errors"] {
        let errors = answer.pointer_mut(place).and_then(Json::as_array_mut);
        errors.into_iter().flatten().for_each(|error| drop(error["extensions"]["requestId"].take()));
    }
    answer.to_string().replace(id, "ID")
}

/// What the field answers to this id.
async fn answer(
    schema: &Schema,
    client: &Client,
    root: &str,
    way: &[String],
    id: &str,
    own: &Json,
) -> String {
    let (name, way) = way.split_first().expect("a field");
    let field = schema.fields(root).into_iter().find(|field| field.name == name.as_str()).expect("the field");
    let mut variables = schema.samples(field);
    if name == "ticketOpen" {
        variables["input"]["contactId"] = own["contact"]["id"].clone();
    }
    if name == "sandboxMessageReceive" {
        variables["input"]["phone"] = json!("+393510000001");
    }
    if name == "messageSend" {
        variables["input"]["contactId"] = own["contact"]["id"].clone();
        if !way.iter().any(|step| step == "templateId") {
            variables["input"]["text"] = json!("x");
        }
    }
    if !way.iter().any(|step| step == "by") && variables["input"]["by"].is_object() {
        variables["input"]["by"] = json!({ "id": own["id"] });
    }
    put(&mut variables, way, id);
    if way.iter().any(|step| step == "openTicket") {
        variables["input"]["steps"][0]["openTicket"]["title"] = json!("x");
    }
    if way.iter().any(|step| step == "buttonPressed") {
        variables["input"]["trigger"]["buttonPressed"]["payload"] = json!("x");
    }
    let selection = schema.selection(field.ty.inner_named_type(), 2);
    let document = document(&root.to_lowercase(), field, &variables, &selection);
    if root != "Subscription" {
        let answer = client.ask(&document, variables).await;
        assert!(answer.status < 500, "{name} {way:?}: {answer:?}");
        return plain(answer.body, id);
    }
    let mut socket = client.socket().await;
    socket.subscribe(&document, variables).await;
    plain(socket.receive().await.expect("a first message"), id)
}

on_both!(ids_of_others_read_as_missing, async |desk: Desk| {
    let schema = Schema::parse(&desk.sdl().await);
    let neighbour = desk.neighbour().await;
    let theirs = belongings(&neighbour).await;
    let before = neighbour.log().await.len();
    let own = desk.owner.opens("own").await;
    let mut tried = 0;
    for root in ["Query", "Mutation", "Subscription"] {
        for field in schema.fields(root) {
            for way in ways(&schema, arguments(field), &[]) {
                let way = [vec![field.name.to_string()], way].concat();
                if root == "Mutation" && way.iter().any(|step| step == "where") {
                    // A condition names nothing: it is only kept, to compare with later.
                    continue;
                }
                for id in &theirs {
                    let foreign = answer(&schema, &desk.owner, root, &way, id, &own).await;
                    let missing = answer(&schema, &desk.owner, root, &way, &nobodys(id), &own).await;
                    assert_eq!(foreign, missing, "{root} {way:?}");
                    assert!(!foreign.contains(MARK), "{root} {way:?}: {foreign}");
                    assert!(
                        root != "Mutation" || way[0] == "signIn" || foreign.contains("\"NOT_FOUND\""),
                        "{way:?}: {foreign}"
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 300, "the schema has many places for ids: {tried}");
    assert_eq!(neighbour.log().await.len(), before, "nothing of theirs was changed");
});

on_both!(other_keys_of_others_read_as_missing, async |desk: Desk| {
    let neighbour = desk.neighbour().await;
    belongings(&neighbour).await;
    let owner = &desk.owner;
    for document in [
        "{ ticket(by: { reference: \"T-1\" }) { id } }",
        "{ ticket(by: { externalId: \"Zebra\" }) { id } }",
        "{ ticket: contact(by: { externalId: \"Zebra\" }) { id } }",
        "{ ticket: contact(by: { phone: \"+393519999999\" }) { id } }",
    ] {
        assert_eq!(owner.read(document, json!({})).await["ticket"], Json::Null, "{document}");
    }
    // Nothing of theirs is in the way, nor found, nor counted.
    let ticket = owner
        .opens_with(json!({ "title": "ours", "externalId": MARK, "contactPhone": "+393519999999" }))
        .await;
    assert_eq!((&ticket["reference"], &ticket["contact"]["name"]), (&json!("T-1"), &json!("")));
    let list = owner.read("{ tickets(search: \"Zebra\") { totalCount } contacts { totalCount } ticketCategories { totalCount } }", json!({})).await;
    assert_eq!(
        list,
        json!({ "tickets": { "totalCount": 0 }, "contacts": { "totalCount": 1 }, "ticketCategories": { "totalCount": 0 } })
    );
    let cursor = neighbour.tickets(json!({})).await;
    owner
        .ask(
            "query($after: EventCursor) { changes(after: $after) { hasMore } }",
            json!({ "after": cursor["eventCursor"] }),
        )
        .await
        .must_be("CURSOR_INVALID");
    owner
        .tickets_showing("id", json!({ "after": cursor["pageInfo"]["endCursor"] }))
        .await
        .must_be("CURSOR_INVALID");
});
