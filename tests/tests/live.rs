//! Streams: from a list on, without a seam; in, about and out of a filter; through cuts and bursts.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use sportello_tests::{CHANGES, Client, Desk, Events, Socket, in_time, on_both, urgent};

on_both!(a_stream_goes_on_where_a_list_ends, async |desk: Desk| {
    let owner = &desk.owner;
    owner.opens("before").await;
    let list = owner.tickets(json!({})).await;
    let missed = owner.opens("between").await;
    let mut socket = owner.watches(json!({}), &list["eventCursor"]).await;
    let first = socket.item().await;
    assert_eq!(
        (&first["transition"], &first["event"]["ticket"]["title"]),
        (&json!("ENTERED"), &json!("between"))
    );
    assert_eq!(socket.item().await["__typename"], "StreamCheckpoint", "the replay has ended");
    owner.updates(&missed["id"], json!({ "title": "after" })).await;
    let second = socket.item().await;
    assert_eq!(
        (&second["transition"], &second["event"]["ticket"]["title"]),
        (&json!("UPDATED"), &json!("after"))
    );
    assert_eq!(
        second["event"]["changes"],
        json!([{ "field": "title", "before": "between", "after": "after" }])
    );
});

on_both!(a_filter_is_entered_and_left, async |desk: Desk| {
    let owner = &desk.owner;
    let mut socket = owner.watches_from_now(urgent()).await;
    let id = owner.opens("quiet").await["id"].clone();
    for changes in [json!({ "priority": "URGENT" }), json!({ "title": "loud" }), json!({ "priority": "LOW" })]
    {
        owner.updates(&id, changes).await;
    }
    for (transition, version) in [("ENTERED", 2), ("UPDATED", 3), ("LEFT", 4)] {
        let change = socket.change().await;
        assert_eq!(change["transition"], transition);
        assert_eq!(change["event"]["ticket"]["version"], version);
    }
    let id = owner.opens_with(json!({ "title": "x", "priority": "URGENT" })).await["id"].clone();
    owner.does("ticketDelete", "ticket { id }", json!({ "by": { "id": id } })).await;
    owner.does("ticketRestore", "ticket { id }", json!({ "by": { "id": id } })).await;
    for transition in ["ENTERED", "LEFT", "ENTERED"] {
        assert_eq!(socket.change().await["transition"], transition);
    }
});

on_both!(what_tickets_point_at_is_told_to_every_stream, async |desk: Desk| {
    let owner = &desk.owner;
    let ticket = owner.opens_with(json!({ "title": "x", "category": "Lamps" })).await;
    let mut socket = owner.watches_from_now(urgent()).await;
    let status = owner.status("waiting").await;
    owner.does("ticketStatusUpdate", "status { id }", json!({ "id": status, "name": "On hold" })).await;
    owner
        .does(
            "ticketCategoryUpdate",
            "category { id }",
            json!({ "id": ticket["category"]["id"], "name": "Lights" }),
        )
        .await;
    owner
        .does("contactUpdate", "contact { id }", json!({ "id": ticket["contact"]["id"], "name": "Ada" }))
        .await;
    owner.does("profileUpdate", "user { id }", json!({ "name": "Dawn" })).await;
    for r#type in ["STATUS_UPDATED", "CATEGORY_UPDATED", "CONTACT_UPDATED", "USER_CHANGED"] {
        let item = socket.item().await;
        assert_eq!((&item["__typename"], &item["event"]["type"]), (&json!("RelatedChange"), &json!(r#type)));
    }
});

on_both!(what_no_event_can_decide_is_refused, async |desk: Desk| {
    let owner = &desk.owner;
    for filter in [
        json!({ "openedAt": { "gt": "-P7D" } }),
        json!({ "contact": { "name": { "contains": "a" } } }),
        json!({ "contact": { "phone": { "eq": "+39" } } }),
        json!({ "not": { "or": [{ "category": { "name": { "eq": "a" } } }] } }),
    ] {
        let mut socket = owner.watches(filter, &Json::Null).await;
        assert_eq!(socket.error_code().await, "FILTER_NOT_LIVE");
    }
    let mut socket = owner.watches(json!({}), &json!("nonsense")).await;
    assert_eq!(socket.error_code().await, "CURSOR_INVALID");
    let live = json!({ "status": { "key": { "in": ["open"] }, "macroStatus": { "eq": "IN_PROGRESS" } },
        "category": { "isNull": true }, "assignee": { "isNull": true }, "openedAt": { "gt": "2020-01-01T00:00:00Z" } });
    owner.watches_from_now(live).await;
});

on_both!(another_account_is_never_heard, async |desk: Desk| {
    let neighbour = desk.neighbour().await;
    let theirs = neighbour.tickets(json!({})).await["eventCursor"].clone();
    let mut socket = desk.owner.watches_from_now(json!({})).await;
    for _ in 0..5 {
        neighbour.opens("theirs").await;
    }
    desk.owner.opens("ours").await;
    assert_eq!(socket.change().await["event"]["ticket"]["title"], "ours");
    let mut foreign = desk.owner.watches(json!({}), &theirs).await;
    assert_eq!(foreign.error_code().await, "CURSOR_INVALID");
});

/// A list that a client keeps by what a stream tells it: versions by id.
struct Kept(BTreeMap<String, Json>);

impl Kept {
    async fn of(client: &Client) -> (Self, Json) {
        let (kept, cursor) = client.shown(&urgent()).await;
        (Self(kept), cursor)
    }

    fn take(&mut self, change: &Json) {
        let id = change["event"]["ticketId"].to_string();
        let version = change["event"]["ticket"]["version"].clone();
        let before = match change["transition"].as_str() {
            Some("LEFT") => self.0.remove(&id),
            _ => self.0.insert(id, version.clone()),
        };
        let entered = change["transition"] == "ENTERED";
        assert_eq!(before.is_none(), entered, "{change}");
        assert!(
            before.is_none_or(|before| before.as_u64() < version.as_u64()),
            "nothing comes twice: {change}"
        );
    }
}

/// Takes changes until a cut, or until the ticket with the last title has come.
async fn follow(socket: &mut Socket, kept: &mut Kept, mut left: usize, cursor: &mut Json) -> bool {
    while left > 0 {
        let item = socket.item().await;
        *cursor = item["cursor"].clone();
        if item["__typename"] == "TicketChange" {
            kept.take(&item);
            left -= 1;
            if item["event"]["ticket"]["title"] == "the last" {
                return true;
            }
        }
    }
    false
}

on_both!(a_stream_that_is_cut_ends_with_the_same_list, async |desk: Desk| {
    let owner = desk.owner.clone();
    let (mut kept, mut cursor) = Kept::of(&owner).await;
    let writer = owner.clone();
    let writing = tokio::spawn(async move {
        let mut ids = Vec::new();
        for number in 0..1000 {
            if number % 4 == 0 {
                ids.push(
                    writer.opens_with(json!({ "title": "x", "priority": "URGENT" })).await["id"].clone(),
                );
            } else {
                let priority = if number % 3 == 0 { "LOW" } else { "URGENT" };
                let changes = json!({ "title": format!("x{number}"), "priority": priority });
                writer.updates(&ids[number * 7 % ids.len()], changes).await;
            }
        }
        writer.opens_with(json!({ "title": "the last", "priority": "URGENT" })).await;
    });
    for cut in 0.. {
        let mut socket = owner.watches(urgent(), &cursor).await;
        let left = if cut < 20 { 25 } else { usize::MAX };
        if follow(&mut socket, &mut kept, left, &mut cursor).await {
            assert!(cut >= 20, "the stream was cut {cut} times");
            break;
        }
    }
    writing.await.expect("all is written");
    let (fresh, _) = Kept::of(&owner).await;
    assert_eq!(kept.0, fresh.0);
});

on_both!(a_stream_survives_a_restart, async |desk: Desk| {
    let mut socket = desk.owner.watches_from_now(json!({})).await;
    let first = desk.owner.opens("first").await;
    let cursor = socket.change().await["cursor"].clone();
    let (desk, code) = tokio::join!(desk.restart(), async { socket.close_code().await });
    assert_eq!(code, 1001, "clients connect again by themselves");
    desk.owner.updates(&first["id"], json!({ "title": "second" })).await;
    let mut socket = desk.owner.watches(json!({}), &cursor).await;
    assert_eq!(socket.change().await["event"]["ticket"]["title"], "second");
});

on_both!(two_servers_tell_the_same, async |desk: Desk| {
    let second = desk.second_server().await;
    let there = desk.owner.at(second.address);
    let mut socket = there.watches_from_now(json!({})).await;
    for number in 0..5 {
        desk.owner.opens(&format!("ticket {number}")).await;
        assert_eq!(socket.change().await["event"]["ticket"]["title"], format!("ticket {number}"));
    }
    drop(socket);
    second.stop().await;
});

on_both!(a_burst_is_read_to_its_end, async |desk: Desk| {
    desk.owner.opens("one of many").await;
    let event = desk.owner.log().await.len();
    let mut socket = desk.owner.watches_from_now(json!({})).await;
    desk.bursts(10_000).await;
    for number in 1..=10_000 {
        assert_eq!(socket.change().await["event"]["sequence"], event + number);
    }
    assert_eq!(desk.owner.log().await.len(), event + 10_000);
});

on_both!(events_have_ids_and_go_on_after_them, async |desk: Desk| {
    let owner = &desk.owner;
    let mut events = Events::open(owner, CHANGES, json!({}), None).await;
    let (checkpoint, item) = events.item().await;
    assert_eq!(
        (item["__typename"].as_str(), &item["cursor"]),
        (Some("StreamCheckpoint"), &json!(checkpoint))
    );
    owner.opens("first").await;
    let (first, item) = events.change().await;
    assert_eq!((&item["event"]["ticket"]["title"], &item["cursor"]), (&json!("first"), &json!(first)));
    drop(events);
    owner.opens("second").await;
    // Last-Event-ID is newer than what the document says.
    let mut events = Events::open(owner, CHANGES, json!({ "after": checkpoint }), Some(&first)).await;
    assert_eq!(events.change().await.1["event"]["ticket"]["title"], "second");
    let missing = owner.ask(CHANGES, json!({ "after": "nonsense" })).await;
    assert!(missing.status < 500, "{missing:?}");
});

on_both!(a_stream_can_be_stopped_and_others_go_on, async |desk: Desk| {
    let mut socket = desk.owner.watches_from_now(json!({})).await;
    let mut other = desk.owner.watches_from_now(json!({})).await;
    socket.send(json!({ "id": "1", "type": "complete" })).await;
    drop(socket);
    desk.owner.opens("still here").await;
    assert_eq!(in_time("the change", other.change()).await["event"]["ticket"]["title"], "still here");
});
