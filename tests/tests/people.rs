//! People come in, stay in and are kept out; keys see what their scopes show.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use serde_json::{Value as Json, json};
use sportello_tests::{Client, Desk, PASSWORD, on_both};

const SESSION: &str =
    "accessToken expiresAt refreshToken viewer { role user { email } } accounts { id name }";

async fn signs_in(stranger: &Client, email: &str, password: &str) -> Json {
    stranger.mutate("signIn", SESSION, json!({ "email": email, "password": password })).await
}

/// The token of a mail's link.
fn token(mail: &str) -> String {
    let (_, rest) = mail.split_once("token=").expect("a link");
    rest.chars()
        .take_while(|character| character.is_ascii_alphanumeric() || "-_".contains(*character))
        .collect()
}

on_both!(signing_in, async |desk: Desk| {
    let stranger = &desk.stranger;
    let session = signs_in(stranger, " AURORA@bottega.example ", PASSWORD).await;
    assert_eq!(session["userErrors"], json!([]));
    assert_eq!(session["viewer"], json!({ "role": "OWNER", "user": { "email": desk.owner_email } }));
    let wrong = signs_in(stranger, &desk.owner_email, "not the password").await;
    let unknown = signs_in(stranger, "nobody@bottega.example", "not the password").await;
    assert_eq!(wrong, unknown, "nobody can tell them apart");
    assert_eq!(wrong["userErrors"][0]["code"], "INVALID_CREDENTIALS");
    assert_eq!(wrong["accessToken"], Json::Null);
});

on_both!(a_refresh_token_serves_once, async |desk: Desk| {
    let stranger = &desk.stranger;
    let first = signs_in(stranger, &desk.owner_email, PASSWORD).await;
    let refresh = async |session: &Json| {
        stranger.mutate("sessionRefresh", SESSION, json!({ "refreshToken": session["refreshToken"] })).await
    };
    let second = refresh(&first).await;
    assert_eq!(second["userErrors"], json!([]));
    let again = refresh(&first).await;
    assert_eq!(again["userErrors"][0]["code"], "SESSION_EXPIRED", "used twice");
    let descendant = refresh(&second).await;
    assert_eq!(descendant["userErrors"][0]["code"], "SESSION_EXPIRED", "so every one that came of it ends");
    let third = signs_in(stranger, &desk.owner_email, PASSWORD).await;
    stranger.does("signOut", "__typename", json!({ "refreshToken": third["refreshToken"] })).await;
    assert_eq!(refresh(&third).await["userErrors"][0]["code"], "SESSION_EXPIRED");
    let signed_out = stranger.with_token(third["accessToken"].as_str().expect("a token"), "");
    signed_out.ask("{ account { id } }", json!({})).await.must_be("UNAUTHENTICATED");
    desk.owner.read("{ account { id } }", json!({})).await;
});

on_both!(a_forgotten_password_is_set_anew, async |desk: Desk| {
    let stranger = &desk.stranger;
    let request = async |email: &str| {
        stranger.mutate("passwordResetRequest", "__typename", json!({ "email": email })).await
    };
    assert_eq!(request("nobody@bottega.example").await, request(&desk.owner_email).await);
    let mail = desk.mailbox.mail_with("/password-reset?token=").await;
    assert!(mail.contains("aurora@bottega.example"));
    let input = json!({ "token": token(&mail), "newPassword": "an even better horse" });
    let session = stranger.does("passwordReset", SESSION, input.clone()).await;
    assert!(session["accessToken"].is_string());
    desk.owner.ask("{ account { id } }", json!({})).await.must_be("UNAUTHENTICATED");
    assert_eq!(signs_in(stranger, &desk.owner_email, PASSWORD).await["accessToken"], Json::Null);
    assert!(signs_in(stranger, &desk.owner_email, "an even better horse").await["accessToken"].is_string());
    let again = stranger.mutate("passwordReset", SESSION, input).await;
    assert_eq!(again["userErrors"][0]["path"], json!(["token"]), "a link serves once: {again}");
});

on_both!(an_invitation_is_mailed_and_accepted, async |desk: Desk| {
    let owner = &desk.owner;
    let invited = json!({ "email": "Ugo@bottega.example", "name": "Ugo", "role": "OPERATOR", "locale": "it", "idempotencyKey": "u" });
    let first =
        owner.does("userInvite", "user { id role isActive } invitationToken replayed", invited.clone()).await;
    let mail = desk.mailbox.mail_with("/invitation?token=").await;
    assert_eq!(token(&mail), first["invitationToken"].as_str().expect("a token"));
    let again = owner.does("userInvite", "user { id } invitationToken replayed", invited).await;
    assert_eq!((&again["invitationToken"], &again["replayed"]), (&Json::Null, &json!(true)), "shown once");
    let taken = json!({ "email": "ugo@bottega.example", "name": "Ugo", "role": "VIEWER" });
    assert_eq!(owner.is_refused("userInvite", taken).await, "TAKEN email");
    let short = json!({ "invitationToken": token(&mail), "password": "short" });
    assert!(desk.stranger.is_refused("invitationAccept", short).await.ends_with("password"));
    let accept = json!({ "invitationToken": token(&mail), "password": PASSWORD, "name": "Ugo Foscolo" });
    let session =
        desk.stranger.does("invitationAccept", "viewer { user { name locale } role }", accept.clone()).await;
    assert_eq!(
        session["viewer"],
        json!({ "user": { "name": "Ugo Foscolo", "locale": "it" }, "role": "OPERATOR" })
    );
    assert!(desk.stranger.is_refused("invitationAccept", accept).await.ends_with("invitationToken"));
});

on_both!(owners_are_the_owners_matter, async |desk: Desk| {
    let owner = &desk.owner;
    for change in [json!({ "id": owner.id, "role": "ADMIN" }), json!({ "id": owner.id, "isActive": false })] {
        let refused = owner.is_refused("userUpdate", change).await;
        assert!(refused.starts_with("FORBIDDEN"), "the last owner: {refused}");
    }
    let admin = desk.person("ADMIN").await;
    let refused = admin.is_refused("userUpdate", json!({ "id": owner.id, "isActive": false })).await;
    assert!(refused.starts_with("FORBIDDEN"), "{refused}");
    let promoted = admin.is_refused("userUpdate", json!({ "id": admin.id, "role": "OWNER" })).await;
    assert!(promoted.starts_with("FORBIDDEN"), "{promoted}");
    owner.does("userUpdate", "user { role }", json!({ "id": admin.id, "role": "OWNER" })).await;
    owner.does("userUpdate", "user { role }", json!({ "id": owner.id, "role": "VIEWER" })).await;
});

on_both!(a_new_password_takes_the_old_one, async |desk: Desk| {
    let owner = &desk.owner;
    let wrong = json!({ "currentPassword": "wrong wrong wrong", "newPassword": "new new new new" });
    assert_eq!(owner.is_refused("profileUpdate", wrong).await, "INVALID_CREDENTIALS currentPassword");
    let right = json!({ "currentPassword": PASSWORD, "newPassword": "new new new new" });
    owner.does("profileUpdate", "user { id }", right).await;
    assert!(signs_in(&desk.stranger, &desk.owner_email, "new new new new").await["accessToken"].is_string());
});

on_both!(guessing_is_slowed_down, async |desk: Desk| {
    let (stranger, operator) = (&desk.stranger, desk.person("OPERATOR").await);
    for _ in 0..10 {
        let wrong = signs_in(stranger, &desk.email("OPERATOR"), "wrong wrong wrong").await;
        assert_eq!(wrong["userErrors"][0]["code"], "INVALID_CREDENTIALS");
    }
    let input = json!({ "email": desk.email("OPERATOR"), "password": "wrong wrong wrong" });
    let answer = stranger.attempt("signIn", SESSION, input).await;
    answer.must_be("RATE_LIMITED");
    assert!(
        answer.body["errors"][0]["extensions"]["retryAfterSeconds"].as_u64().is_some_and(|pause| pause <= 30)
    );
    assert!(
        signs_in(stranger, &desk.owner_email, PASSWORD).await["accessToken"].is_string(),
        "others still get in"
    );
    operator.read("{ account { id } }", json!({})).await;
});

on_both!(keys_see_what_their_scopes_show, async |desk: Desk| {
    desk.owner
        .does(
            "contactCreate",
            "contact { id }",
            json!({ "name": "Ada", "phone": "+393510000002", "email": "ada@example.org" }),
        )
        .await;
    desk.owner.opens_with(json!({ "title": "Shoes", "contactPhone": "+393510000002" })).await;
    let document = "{ tickets { nodes { contact { name phone email fields { code } } } } }";
    let masked = desk.key(&["TICKETS_READ"]).await;
    let seen = masked.read(document, json!({})).await["tickets"]["nodes"][0]["contact"].clone();
    assert_eq!(seen, json!({ "name": "Ada", "phone": null, "email": null, "fields": [] }));
    for filter in [
        json!({ "contact": { "phone": { "startsWith": "+39" } } }),
        json!({ "not": { "contact": { "email": { "isNull": true } } } }),
    ] {
        masked.tickets_showing("id", json!({ "where": filter })).await.must_be("FORBIDDEN");
    }
    let found = masked.tickets(json!({ "search": "3510000002" })).await;
    assert_eq!(found["totalCount"], 0, "what a key may not read it cannot search");
    let log = masked
        .read("{ changes { events { __typename ... on ContactEvent { changes { after } } } } }", json!({}))
        .await;
    assert!(!log.to_string().contains("3510000002"), "nor see among an event's changes");
    let whole = desk.key(&["TICKETS_READ", "CONTACTS_READ"]).await;
    let seen = whole.read(document, json!({})).await["tickets"]["nodes"][0]["contact"].clone();
    assert_eq!(seen["phone"], "+393510000002");
    let worker = desk.key(&["TICKETS_WRITE"]).await;
    let ticket = worker.opens("by a robot").await;
    assert_eq!(ticket["source"], "API");
    let viewer =
        worker.read("{ viewer { role user { id } apiKey { name prefix scopes } } }", json!({})).await;
    assert_eq!((&viewer["viewer"]["role"], &viewer["viewer"]["user"]), (&Json::Null, &Json::Null));
    let prefix = viewer["viewer"]["apiKey"]["prefix"].as_str().expect("a prefix");
    let secret = worker.token.as_deref().expect("a secret");
    assert!(secret.starts_with(prefix) && secret.len() > prefix.len() + 20);
});

on_both!(one_address_may_serve_two_accounts, async |desk: Desk| {
    let neighbour = desk.neighbour().await;
    let input = json!({ "email": desk.owner_email, "name": "Aurora", "role": "VIEWER" });
    let invited = neighbour.does("userInvite", "invitationToken", input).await;
    let accept = json!({ "invitationToken": invited["invitationToken"], "password": PASSWORD });
    desk.stranger.does("invitationAccept", "accessToken", accept).await;
    let session = signs_in(&desk.stranger, &desk.owner_email, PASSWORD).await;
    assert_eq!(session["userErrors"][0]["code"], "ACCOUNT_REQUIRED");
    assert_eq!(session["accounts"].as_array().expect("a list").len(), 2);
    let input =
        json!({ "email": desk.owner_email, "password": PASSWORD, "accountId": session["accounts"][1]["id"] });
    let session = desk.stranger.does("signIn", SESSION, input).await;
    assert!(session["accessToken"].is_string());
});
