//! Clients whose subscription is the same share one execution. What each gets is byte for byte what it would get alone:
//! a default of the variable by which it goes on keeps a subscription to itself.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use serde_json::{Value as Json, json};
use sportello_tests::{Client, Desk, Schema, Selections, Socket, metric, on_both};

/// How many selections are compared.
const SELECTIONS: u64 = 10;
/// What `changes` tells: a contact, its ticket, a note, another name, another status, the end of it.
const CHANGES: usize = 6;

/// A client's two sockets with the same selection.
struct Pair {
    together: Socket,
    alone: Socket,
}

impl Pair {
    async fn open(client: &Client, filter: &Json, selection: &str, fragments: &str) -> Self {
        let watching = async |default: &str| {
            let variables = format!("$where: TicketWhere, $after: EventCursor {default}");
            let field = "ticketChanges(where: $where, after: $after)";
            let document = format!("subscription({variables}) {{ {field} {selection} }} {fragments}");
            let mut socket = client.socket().await;
            socket.subscribe(&document, json!({ "where": filter })).await;
            socket
        };
        Self { together: watching("").await, alone: watching("= null").await }
    }

    async fn compare(&mut self, selection: &str) {
        let (together, alone) = (self.together.text().await, self.alone.text().await);
        assert_eq!(together, alone, "{selection}");
        assert!(together.contains(r#""type":"next""#), "{together}: {selection}");
    }
}

async fn changes(owner: &Client) {
    let ticket =
        owner.opens_with(json!({ "title": "Where is \"it\"?", "contactPhone": "+393510000077" })).await;
    let note = json!({ "by": { "id": ticket["id"] }, "body": "perch\u{e9} \u{1f642}" });
    owner.does("ticketNoteAdd", "note { id }", note).await;
    let contact = owner.read(
        "query($id: ID!) { ticket(by: { id: $id }) { contact { id } } }",
        json!({ "id": ticket["id"] }),
    );
    let contact = contact.await["ticket"]["contact"]["id"].clone();
    owner.does("contactUpdate", "contact { id }", json!({ "id": contact, "name": "Ada" })).await;
    let moved = json!({ "by": { "id": ticket["id"] }, "statusId": owner.status("waiting").await, "assigneeId": owner.id });
    owner.does("ticketUpdate", "ticket { id }", moved).await;
    owner.does("ticketDelete", "ticket { id }", json!({ "by": { "id": ticket["id"] } })).await;
}

async fn shared_items(desk: &Desk) -> u64 {
    metric(desk.stranger.address, "sportello_graphql_shared_items_total").await
}

on_both!(what_is_shared_is_what_each_would_get_alone, async |desk: Desk| {
    let schema = Schema::parse(&desk.sdl().await);
    let robot = desk.key(&["TICKETS_READ"]).await;
    let clients = [desk.person("OPERATOR").await, desk.owner.clone(), desk.person("VIEWER").await, robot];
    let mut pairs = Vec::new();
    for seed in 0..SELECTIONS {
        let (selection, fragments) = Selections::new(&schema, seed).on_union("TicketStreamItem");
        let filter = [json!({}), json!({ "title": { "contains": "where" } })][seed as usize % 2].clone();
        for client in &clients {
            let mut pair = Pair::open(client, &filter, &selection, &fragments).await;
            pair.compare(&selection).await;
            pairs.push((pair, selection.clone()));
        }
    }
    let before = shared_items(&desk).await;
    changes(&desk.owner).await;
    for (pair, selection) in &mut pairs {
        for _ in 0..CHANGES {
            pair.compare(selection).await;
        }
    }
    assert!(shared_items(&desk).await > before, "some were shared");
});

on_both!(who_resumes_is_told_that_the_replay_has_ended, async |desk: Desk| {
    let (owner, everything) = (&desk.owner, json!({}));
    let ticket = owner.opens("before").await["id"].clone();
    let mut company = None;
    for _ in 0..2 {
        let seen = owner.tickets(everything.clone()).await["eventCursor"].clone();
        owner.updates(&ticket, json!({ "title": "missed" })).await;
        let mut socket = owner.watches(everything.clone(), &seen).await;
        assert_eq!(socket.item().await["event"]["ticket"]["title"], "missed");
        assert_eq!(socket.item().await["__typename"], "StreamCheckpoint");
        let before = shared_items(&desk).await;
        owner.updates(&ticket, json!({ "title": "live" })).await;
        assert_eq!(socket.item().await["event"]["ticket"]["title"], "live");
        assert!(shared_items(&desk).await > before, "it is told together with the others");
        company = Some(socket);
    }
    drop(company);
});
