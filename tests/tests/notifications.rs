//! The notification panel: what an operator is told of, how far it was read, and that every device knows.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use serde_json::{Value as Json, json};
use sportello_domain::log;
use sportello_tests::{Client, Desk, Socket, on_both};

const PANEL: &str = "query($unreadOnly: Boolean! = false, $first: Int, $after: String) {
    notifications(unreadOnly: $unreadOnly, first: $first, after: $after) { unreadCount eventCursor
    pageInfo { hasNextPage endCursor } edges { cursor } nodes { cursor isRead event { type sequence } } }
    viewer { unreadNotificationCount } }";

const STREAM: &str = "subscription($after: EventCursor) { notifications(after: $after) { __typename
    ... on Notification { cursor isRead event { type sequence } } ... on StreamCheckpoint { cursor }
    ... on ResyncRequired { reason } } }";

/// The panel; the viewer's count is held to be the same.
async fn panel(client: &Client, arguments: Json) -> Json {
    let data = client.read(PANEL, arguments).await;
    assert_eq!(data["viewer"]["unreadNotificationCount"], data["notifications"]["unreadCount"]);
    data["notifications"].clone()
}

fn types(panel: &Json) -> Vec<&str> {
    let nodes = panel["nodes"].as_array().expect("a list");
    nodes.iter().map(|node| node["event"]["type"].as_str().expect("a type")).collect()
}

/// Marks as read and gives how many are left.
async fn reads(client: &Client, up_to: &Json) -> Json {
    let selection = "viewer { unreadNotificationCount }";
    let done = client.does("notificationsMarkRead", selection, json!({ "upTo": up_to })).await;
    done["viewer"]["unreadNotificationCount"].clone()
}

async fn follows(client: &Client, after: &Json) -> Socket {
    let mut socket = client.socket().await;
    socket.subscribe(STREAM, json!({ "after": after })).await;
    socket
}

async fn next(socket: &mut Socket) -> Json {
    socket.data().await["notifications"].clone()
}

async fn follows_from_now(client: &Client) -> Socket {
    let mut socket = follows(client, &Json::Null).await;
    assert_eq!(next(&mut socket).await["__typename"], "StreamCheckpoint");
    socket
}

async fn hears(client: &Client, phone: &str) -> Json {
    let selection = "message { chat { contact { id } } }";
    let input = json!({ "phone": phone, "text": "Hello" });
    client.does("sandboxMessageReceive", selection, input).await["message"]["chat"]["contact"]["id"].clone()
}

on_both!(the_panel_tells_what_others_did, async |desk: Desk| {
    let (owner, operator) = (&desk.owner, desk.person("OPERATOR").await);
    let ticket = owner.opens("Broken").await;
    owner.updates(&ticket["id"], json!({ "priority": "HIGH" })).await;
    owner.updates(&ticket["id"], json!({ "statusId": owner.status("waiting").await })).await;
    let note = json!({ "by": { "id": ticket["id"] }, "body": "called" });
    let note = owner.does("ticketNoteAdd", "note { id }", note).await["note"]["id"].clone();
    owner.does("ticketNoteEdit", "note { id }", json!({ "id": note, "body": "called twice" })).await;
    owner.does("ticketDelete", "ticket { id }", json!({ "by": { "id": ticket["id"] } })).await;
    let contact = hears(owner, "+393511111111").await;
    owner.does("contactUpdate", "contact { id }", json!({ "id": contact, "isBlocked": true })).await;
    hears(owner, "+393511111111").await;
    let old = json!({ "title": "Old", "externalId": "old:1", "statusKey": "open", "contactExternalId": "old:1",
                      "contactName": "Anna Rossi", "openedAt": "2024-05-01T08:30:00Z" });
    let imported =
        owner.does("ticketsImport", "results { ticket { id } }", json!({ "tickets": [old] })).await;
    assert!(imported["results"][0]["ticket"]["id"].is_string(), "{imported}");
    let told = ["MESSAGE_RECEIVED", "NOTE_ADDED", "TICKET_STATUS_CHANGED", "TICKET_UPDATED", "TICKET_OPENED"];
    let seen = panel(&operator, json!({})).await;
    assert_eq!((types(&seen), &seen["unreadCount"]), (told.to_vec(), &json!(5)));
    assert!(seen["nodes"].as_array().expect("a list").iter().all(|node| node["isRead"] == false));
    let own = panel(owner, json!({})).await;
    assert_eq!(types(&own), ["MESSAGE_RECEIVED"], "the customer wrote, the rest one did oneself");
});

on_both!(a_new_user_begins_with_an_empty_panel, async |desk: Desk| {
    desk.owner.opens("Before").await;
    let operator = desk.person("OPERATOR").await;
    let seen = panel(&operator, json!({ "unreadOnly": true })).await;
    assert_eq!((types(&seen).len(), &seen["unreadCount"]), (0, &json!(0)));
    desk.owner.opens("After").await;
    assert_eq!(panel(&operator, json!({})).await["unreadCount"], 1);
});

on_both!(pages_go_back_and_the_mark_goes_forward_only, async |desk: Desk| {
    let viewer = desk.person("VIEWER").await;
    for number in 0..5 {
        desk.owner.opens(&format!("Ticket {number}")).await;
    }
    let first = panel(&viewer, json!({ "first": 2 })).await;
    let after = json!({ "first": 3, "after": first["pageInfo"]["endCursor"] });
    let second = panel(&viewer, after).await;
    let sequence = |node: &Json| node["event"]["sequence"].as_i64().expect("a number");
    let nodes = [&first, &second].map(|page| page["nodes"].as_array().expect("a list").clone()).concat();
    assert_eq!(nodes.len(), 5);
    assert!(nodes.windows(2).all(|pair| sequence(&pair[0]) > sequence(&pair[1])), "{nodes:?}");
    assert_eq!(
        (&first["pageInfo"]["hasNextPage"], &second["pageInfo"]["hasNextPage"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(reads(&viewer, &nodes[2]["cursor"]).await, 2);
    assert_eq!(reads(&viewer, &nodes[4]["cursor"]).await, 2, "never back");
    let read: Vec<_> = panel(&viewer, json!({})).await["nodes"].as_array().expect("a list").clone();
    let read: Vec<_> = read.iter().map(|node| node["isRead"] == true).collect();
    assert_eq!(read, [false, false, true, true, true]);
    assert_eq!(types(&panel(&viewer, json!({ "unreadOnly": true })).await).len(), 2);
    assert_eq!(reads(&viewer, &first["eventCursor"]).await, 0);
    let others = panel(&desk.person("OPERATOR").await, json!({})).await;
    assert_eq!(others["unreadCount"], 0, "a mark is one's own");
});

on_both!(the_stream_replays_and_goes_live_without_a_seam, async |desk: Desk| {
    let operator = desk.person("OPERATOR").await;
    let start = panel(&operator, json!({})).await["eventCursor"].clone();
    for title in ["One", "Two"] {
        desk.owner.opens(title).await;
    }
    operator.opens("One's own").await;
    let mut socket = follows(&operator, &start).await;
    let (one, two) = (next(&mut socket).await, next(&mut socket).await);
    assert_eq!(
        (&one["event"]["type"], &two["event"]["type"]),
        (&json!("TICKET_OPENED"), &json!("TICKET_OPENED"))
    );
    assert_eq!(next(&mut socket).await["__typename"], "StreamCheckpoint");
    desk.owner.opens("Three").await;
    let three = next(&mut socket).await;
    assert_eq!((&three["__typename"], &three["isRead"]), (&json!("Notification"), &json!(false)));
    let mut again = follows(&operator, &two["cursor"]).await;
    assert_eq!(next(&mut again).await["event"], three["event"], "resumed");
});

on_both!(the_stream_names_things_as_they_are_called_now, async |desk: Desk| {
    const NAMES: &str = "subscription { notifications { __typename
        ... on Notification { event { ... on TicketEvent { ticket { status { name } } } } } } }";
    let (owner, operator) = (&desk.owner, desk.person("OPERATOR").await);
    let (ticket, open) = (owner.opens("Broken").await, owner.status("open").await);
    let mut socket = operator.socket().await;
    socket.subscribe(NAMES, json!({})).await;
    assert_eq!(next(&mut socket).await["__typename"], "StreamCheckpoint");
    for (name, priority) in [("To do", "HIGH"), ("On the desk", "LOW")] {
        let renaming = json!({ "id": open, "name": name });
        owner.does("ticketStatusUpdate", "status { id }", renaming).await;
        let change = json!({ "by": { "id": ticket["id"] }, "priority": priority });
        owner.does("ticketUpdate", "ticket { version }", change).await;
        assert_eq!(next(&mut socket).await["event"]["ticket"]["status"]["name"], name);
    }
});

on_both!(reading_on_one_device_is_told_to_the_others, async |desk: Desk| {
    let (operator, other) = (desk.person("OPERATOR").await, desk.second_server().await);
    let (mut here, mut there) =
        (follows_from_now(&operator).await, follows_from_now(&operator.at(other.address)).await);
    let mut stranger = follows_from_now(&desk.person("ADMIN").await).await;
    desk.owner.opens("News").await;
    let news = next(&mut here).await;
    assert_eq!(next(&mut there).await["event"], news["event"]);
    assert_eq!(next(&mut stranger).await["event"], news["event"]);
    assert_eq!(reads(&operator, &news["cursor"]).await, 0);
    for socket in [&mut here, &mut there] {
        let told = next(socket).await;
        assert_eq!((&told["__typename"], &told["cursor"]), (&json!("StreamCheckpoint"), &news["cursor"]));
    }
    let there = operator.at(other.address);
    assert_eq!(panel(&there, json!({})).await["unreadCount"], 0);
    desk.owner.opens("More").await;
    assert_eq!(next(&mut stranger).await["__typename"], "Notification", "nobody else was told");
    other.stop().await;
});

on_both!(marks_are_a_users_and_of_this_log, async |desk: Desk| {
    let operator = desk.person("OPERATOR").await;
    let theirs = panel(&desk.neighbour().await, json!({})).await["eventCursor"].clone();
    for cursor in [json!(""), json!("x"), theirs] {
        let answer = operator.attempt("notificationsMarkRead", "__typename", json!({ "upTo": cursor })).await;
        answer.must_be("CURSOR_INVALID");
    }
    let mut socket = follows(&operator, &json!("x")).await;
    assert_eq!(socket.error_code().await, "CURSOR_INVALID");
    let here = panel(&operator, json!({})).await["eventCursor"].clone();
    let key = desk.key(&["TICKETS_WRITE", "MESSAGES_WRITE", "SETTINGS_WRITE"]).await;
    key.ask(PANEL, json!({})).await.must_be("FORBIDDEN");
    let answer = key.attempt("notificationsMarkRead", "__typename", json!({ "upTo": here })).await;
    answer.must_be("FORBIDDEN");
    assert_eq!(follows(&key, &Json::Null).await.error_code().await, "FORBIDDEN");
    let viewer = key.read("{ viewer { unreadNotificationCount } }", json!({})).await;
    assert_eq!(viewer["viewer"]["unreadNotificationCount"], 0);
});

on_both!(what_the_log_forgets_is_unread_no_more, async |desk: Desk| {
    let operator = desk.person("OPERATOR").await;
    desk.owner.opens("Old").await;
    let cursor = panel(&operator, json!({})).await["nodes"][0]["cursor"].clone();
    let forgotten = async {
        // Events are forgotten once their followers have planned them.
        while panel(&operator, json!({})).await["unreadCount"] != 0 {
            log::forget_before(desk.store(), desk.store().now()).await.expect("forgotten");
        }
    };
    sportello_tests::in_time("forgetting", forgotten).await;
    desk.owner.opens("New").await;
    assert_eq!(panel(&operator, json!({})).await["unreadCount"], 1);
    assert_eq!(reads(&operator, &cursor).await, 1, "a place that is gone is still a place");
});
