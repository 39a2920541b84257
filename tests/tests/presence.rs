//! Who has a ticket open: told when somebody comes, goes or types, whichever server they are at, and though it dies.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use serde_json::{Value as Json, json};
use sportello_tests::{Client, Desk, Process, Socket, on_both, process};

const PRESENCE: &str = "subscription($ticketId: ID!, $isTyping: Boolean) {
    ticketPresence(ticketId: $ticketId, isTyping: $isTyping) { ticketId present { user { id } isTyping since } } }";
/// By default nobody is typing.
const QUIETLY: &str = "subscription($ticketId: ID!) {
    ticketPresence(ticketId: $ticketId) { ticketId present { user { id } isTyping since } } }";

async fn opens(client: &Client, ticket: &Json, is_typing: bool) -> Socket {
    let mut socket = client.socket().await;
    socket.subscribe(PRESENCE, json!({ "ticketId": ticket, "isTyping": is_typing })).await;
    socket
}

async fn present(socket: &mut Socket) -> Vec<Json> {
    socket.data().await["ticketPresence"]["present"].as_array().expect("a list").clone()
}

/// Ids with who of them is typing.
async fn told(socket: &mut Socket) -> Vec<(String, bool)> {
    let of = |one: &Json| (one["user"]["id"].as_str().expect("an id").to_owned(), one["isTyping"] == true);
    present(socket).await.iter().map(of).collect()
}

fn quiet(client: &Client) -> (String, bool) {
    (client.id.clone(), false)
}

fn typing(client: &Client) -> (String, bool) {
    (client.id.clone(), true)
}

on_both!(who_comes_types_and_goes_is_told, async |desk: Desk| {
    let (owner, operator) = (&desk.owner, &desk.person("OPERATOR").await);
    let ticket = owner.opens("contested").await["id"].clone();
    let other = owner.opens("quiet").await["id"].clone();
    let mut watcher = owner.socket().await;
    watcher.subscribe(QUIETLY, json!({ "ticketId": ticket })).await;
    let first = watcher.data().await["ticketPresence"].clone();
    assert_eq!((&first["ticketId"], &first["present"][0]["user"]["id"]), (&ticket, &json!(owner.id)));
    let mut elsewhere = opens(operator, &other, true).await;
    assert_eq!(told(&mut elsewhere).await, [typing(operator)], "only who has this one open");

    let mut quietly = opens(operator, &ticket, false).await;
    assert_eq!(told(&mut quietly).await, [quiet(owner), quiet(operator)], "in the order in which they came");
    let here = present(&mut watcher).await;
    let since = here[1]["since"].clone();
    let mut loudly = opens(operator, &ticket, true).await;
    assert_eq!(told(&mut loudly).await, [quiet(owner), typing(operator)], "twice there, told once");
    drop(quietly);
    let here = present(&mut watcher).await;
    assert_eq!((&here[1]["isTyping"], &here[1]["since"]), (&json!(true), &since), "without a pause");
    // Ends the old subscription before the new one begins.
    drop(loudly);
    let silent = opens(operator, &ticket, false).await;
    assert_eq!(told(&mut watcher).await, [quiet(owner), quiet(operator)], "and never away");
    drop(silent);
    assert_eq!(told(&mut watcher).await, [quiet(owner)]);

    let mut revoked = opens(operator, &ticket, true).await;
    assert_eq!(told(&mut watcher).await, [quiet(owner), typing(operator)]);
    owner.does("userUpdate", "user { id }", json!({ "id": operator.id, "isActive": false })).await;
    assert_eq!(revoked.close_code().await, 4403);
    assert_eq!(told(&mut watcher).await, [quiet(owner)], "rights ended, and presence with them");
});

on_both!(what_is_not_there_cannot_be_entered, async |desk: Desk| {
    let ticket = desk.owner.opens("gone").await["id"].clone();
    let robot = desk.key(&["TICKETS_WRITE", "SETTINGS_READ"]).await;
    assert_eq!(opens(&robot, &ticket, false).await.error_code().await, "FORBIDDEN");
    desk.owner.does("ticketDelete", "ticket { id }", json!({ "by": { "id": ticket } })).await;
    for id in [&ticket, &json!("tkt_00000000000000000000000000000007"), &json!("nonsense")] {
        assert_eq!(opens(&desk.owner, id, false).await.error_code().await, "NOT_FOUND");
    }
    assert_eq!(opens(&desk.stranger, &ticket, false).await.error_code().await, "UNAUTHENTICATED");
});

on_both!(other_servers_clients_are_there_until_their_server_dies, async |desk: Desk| {
    desk.person("OPERATOR").await;
    let ticket = desk.owner.opens("contested").await["id"].clone();
    let mut watcher = opens(&desk.owner, &ticket, false).await;
    assert_eq!(told(&mut watcher).await, [quiet(&desk.owner)]);
    let other = Process::serve(&desk.database).await;
    let operator = process::signed_in(other.address, &desk.email("OPERATOR")).await;
    let id = operator.read("{ viewer { user { id } } }", json!({})).await["viewer"]["user"]["id"].clone();
    let token = operator.token.clone().expect("a token");
    let operator = operator.with_token(&token, id.as_str().expect("an id"));
    let mut there = opens(&operator, &ticket, true).await;
    assert_eq!(told(&mut there).await, [quiet(&desk.owner), typing(&operator)]);
    assert_eq!(told(&mut watcher).await, [quiet(&desk.owner), typing(&operator)]);
    other.kill().await;
    assert_eq!(told(&mut watcher).await, [quiet(&desk.owner)], "nobody speaks for them");
});
