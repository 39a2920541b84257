//! Rights are those of now: an open stream ends within seconds of what takes them away.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::time::Duration;

use serde_json::json;
use sportello_tests::{CHANGES, Client, Desk, Events, Socket, on_both};

/// Holds that the socket is closed with 4403 within 5 seconds.
async fn is_closed(mut socket: Socket, why: &str) {
    let code = tokio::time::timeout(Duration::from_secs(5), socket.close_code()).await;
    assert_eq!(code.unwrap_or_else(|_| panic!("{why}: still open after 5 seconds")), 4403, "{why}");
}

async fn watching(client: &Client) -> Socket {
    client.watches_from_now(json!({})).await
}

on_both!(of_a_user_who_is_deactivated, async |desk: Desk| {
    let operator = desk.person("OPERATOR").await;
    let (socket, others) = (watching(&operator).await, watching(&desk.owner).await);
    desk.owner.does("userUpdate", "user { isActive }", json!({ "id": operator.id, "isActive": false })).await;
    is_closed(socket, "deactivated").await;
    operator.ask("{ viewer { role } }", json!({})).await.must_be("UNAUTHENTICATED");
    let mut others = others;
    desk.owner.opens("x").await;
    while others.item().await["__typename"] != "TicketChange" {}
});

on_both!(of_a_user_whose_role_changes, async |desk: Desk| {
    let operator = desk.person("OPERATOR").await;
    let socket = watching(&operator).await;
    desk.owner.does("userUpdate", "user { role }", json!({ "id": operator.id, "role": "VIEWER" })).await;
    is_closed(socket, "another role").await;
    let viewer = operator.read("{ viewer { role } }", json!({})).await;
    assert_eq!(viewer["viewer"]["role"], "VIEWER", "the token is still good, its rights are those of now");
});

on_both!(of_a_key_that_is_revoked, async |desk: Desk| {
    let key = desk.key(&["TICKETS_READ"]).await;
    let socket = watching(&key).await;
    desk.owner.does("apiKeyRevoke", "apiKey { revokedAt }", json!({ "id": key.id })).await;
    is_closed(socket, "revoked").await;
});

on_both!(of_a_session_that_is_signed_out, async |desk: Desk| {
    let input = json!({ "email": desk.owner_email, "password": sportello_tests::PASSWORD });
    let session = desk.stranger.does("signIn", "accessToken refreshToken", input).await;
    let client = desk.stranger.with_token(session["accessToken"].as_str().expect("a token"), "");
    let socket = watching(&client).await;
    desk.stranger.does("signOut", "__typename", json!({ "refreshToken": session["refreshToken"] })).await;
    is_closed(socket, "signed out").await;
});

on_both!(as_an_event_stream_with_an_error, async |desk: Desk| {
    let key = desk.key(&["TICKETS_READ"]).await;
    let mut events = Events::open(&key, CHANGES, json!({}), None).await;
    events.item().await;
    desk.owner.does("apiKeyRevoke", "apiKey { id }", json!({ "id": key.id })).await;
    let (kind, _, data) = events.next().await.expect("a last word");
    assert_eq!(
        (kind.as_str(), &data["errors"][0]["extensions"]["code"]),
        ("next", &json!("UNAUTHENTICATED"))
    );
    assert_eq!(events.next().await.expect("the end").0, "complete");
});

on_both!(nobody_without_a_right_gets_one, async |desk: Desk| {
    let blind = desk.key(&["MESSAGES_READ"]).await;
    let mut socket = blind.watches(json!({}), &json!(null)).await;
    assert_eq!(socket.error_code().await, "FORBIDDEN");
    let mut stranger = desk.stranger.watches(json!({}), &json!(null)).await;
    assert_eq!(stranger.error_code().await, "UNAUTHENTICATED");
    let wrong = desk.stranger.with_token("spk_wrong", "");
    let mut refused = Socket::silent(&wrong).await;
    let payload = json!({ "authorization": "Bearer spk_wrong" });
    refused.send(json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(refused.close_code().await, 4403);
});
