//! No N+1: a list of 50 costs as many SQL statements as a list of 5. A test binary of its own, because it listens to
//! the whole process.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]
#![expect(clippy::await_holding_lock, reason = "the tests of this file take turns")]

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::json;
use sportello_tests::{Desk, on_both};
use tracing::{Id, Subscriber, span::Attributes};
use tracing_subscriber::{
    Layer,
    filter::{FilterFn, filter_fn},
    layer::{Context, SubscriberExt},
};

static STATEMENTS: AtomicUsize = AtomicUsize::new(0);
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Counts the spans that sea-orm opens around statements.
struct Counter;

impl<S: Subscriber> Layer<S> for Counter {
    fn on_new_span(&self, _: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        STATEMENTS.fetch_add(1, Ordering::SeqCst);
    }
}

fn listen() {
    let statements: FilterFn = filter_fn(|metadata| {
        let names = ["query_one", "query_all", "execute", "stream"];
        metadata.target().starts_with("sea_orm") && names.iter().any(|name| metadata.name().starts_with(name))
    });
    let subscriber = tracing_subscriber::registry().with(Counter.with_filter(statements));
    // The second of the two tests finds the first one's.
    drop(tracing::subscriber::set_global_default(subscriber));
}

/// The rows' neighbours are all different.
async fn fill(desk: &Desk) {
    let people = [desk.person("OPERATOR").await, desk.person("ADMIN").await, desk.owner.clone()];
    for number in 0..50 {
        let person = &people[number % people.len()];
        let input = json!({ "title": "x", "contactPhone": format!("+3935100000{number:02}"),
            "category": format!("c{number}"), "assigneeId": person.id });
        person.opens_with(input).await;
    }
}

async fn cost(desk: &Desk, document: &str, first: usize) -> usize {
    least(async |_| drop(desk.owner.read(document, json!({ "first": first })).await)).await
}

/// How many statements the request costs at least. What runs beside it counts as well; it does not run beside each.
async fn least(request: impl AsyncFn(usize)) -> usize {
    let mut least = usize::MAX;
    for turn in 0..30 {
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        let before = STATEMENTS.load(Ordering::SeqCst);
        request(turn).await;
        least = least.min(STATEMENTS.load(Ordering::SeqCst) - before);
    }
    least
}

on_both!(a_list_costs_the_same_for_five_and_fifty, async |desk: Desk| {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    listen();
    fill(&desk).await;
    for document in [
        "query($first: Int) { tickets(first: $first) { eventCursor nodes { title contact { name phone } status { name } \
         category { name } assignee { name } openedBy { __typename ... on User { name } } } } }",
        "query($first: Int) { tickets(first: $first) { totalCount nodes { id } } }",
        "query($first: Int) { contacts(first: $first) { nodes { name fields { code value } } } }",
        "query($first: Int) { ticketCategories(first: $first) { nodes { name ticketCount } } }",
        "query($first: Int) { changes(first: $first, types: [TICKET_OPENED]) { events { actor { __typename } ... on TicketEvent { \
         ticket { title contact { name } status { name } category { name } assignee { name } } note { body } } } } }",
    ] {
        // What is read once and kept is read now.
        cost(&desk, document, 50).await;
        let (five, fifty) = (cost(&desk, document, 5).await, cost(&desk, document, 50).await);
        assert!(five > 0, "statements are counted");
        assert_eq!(five, fifty, "{document}");
        assert!(fifty <= 10, "{fifty} statements: {document}");
    }
});

on_both!(a_change_is_a_few_statements, async |desk: Desk| {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    listen();
    let ticket = desk.owner.opens("x").await;
    let changed = async |mut changes: serde_json::Value| {
        changes["by"] = json!({ "id": ticket["id"] });
        desk.owner.does("ticketUpdate", "ticket { version }", changes).await;
    };
    let rank =
        least(async |turn| changed(json!({ "priority": if turn % 2 == 0 { "LOW" } else { "HIGH" } })).await)
            .await;
    let title = least(async |turn| changed(json!({ "title": format!("Title {turn}") })).await).await;
    // The row as it was, and what is written: on SQLite all of it in one, on PostgreSQL one by one, and other nodes are told.
    let most = match desk.store().backend() {
        sea_orm::DbBackend::Sqlite => (2, 2),
        _ => (5, 6),
    };
    assert!(rank <= most.0 && title <= most.1, "a priority took {rank} statements, a title {title}");
});

on_both!(a_replay_is_a_few_statements, async |desk: Desk| {
    const CONTACTS: &str = "subscription($after: EventCursor) { ticketChanges(after: $after) {
        ... on TicketChange { event { ticket { contact { name } } } } } }";
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    listen();
    let place =
        desk.owner.read("{ tickets { eventCursor } }", json!({})).await["tickets"]["eventCursor"].take();
    fill(&desk).await;
    let cost = least(async |_| {
        let (mut socket, mut shown) = (desk.owner.socket().await, 0);
        socket.subscribe(CONTACTS, json!({ "after": place })).await;
        while shown < 50 {
            shown += usize::from(socket.data().await["ticketChanges"]["event"].is_object());
        }
    })
    .await;
    assert!(cost < 25, "{cost} statements for 50 tickets, each of a contact of its own");
});
