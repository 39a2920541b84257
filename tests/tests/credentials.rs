//! What a credential is good for: tokens of an identity provider, and how many requests one may send.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::sync::Arc;

use serde_json::{Value as Json, json};
use sportello_api::config::Settings;
use sportello_domain::clock::{Clock, ShiftedClock};
use sportello_tests::{Client, Desk, IdentityProvider, in_time, on_both};

const VIEWER: &str = "{ viewer { role user { email } } }";

/// Takes the provider's tokens.
fn trusting(provider: &IdentityProvider) -> impl FnOnce(&mut Settings) {
    let url = provider.url();
    move |settings| {
        settings.accounts.jwks_url = Some(url);
        settings.accounts.jwt_issuer = Some(IdentityProvider::ISSUER.to_owned());
        settings.accounts.jwt_audience = Some(IdentityProvider::AUDIENCE.to_owned());
    }
}

fn in_an_hour(clock: &dyn Clock) -> i64 {
    clock.now().0 / 1000 + 3600
}

/// The claims of a good token of the owner's, but for this.
fn but(desk: &Desk, member: &str, value: Json) -> Json {
    let mut claims = good(desk);
    claims[member] = value;
    claims
}

fn good(desk: &Desk) -> Json {
    IdentityProvider::claims(&desk.owner_email, in_an_hour(&ShiftedClock::default()))
}

/// A token that the provider's public key would verify as a shared secret, if its header were believed.
fn forged(claims: &Json) -> String {
    let header = jsonwebtoken::Header { kid: Some("first".to_owned()), ..jsonwebtoken::Header::default() };
    let key = jsonwebtoken::EncodingKey::from_secret(b"first");
    jsonwebtoken::encode(&header, claims, &key).expect("a token")
}

on_both!(an_identity_provider_s_tokens_are_taken, async |desk: Desk| {
    let provider = IdentityProvider::open(&["first"]).await;
    let desk = desk.restart_with(trusting(&provider)).await;
    let says = async |token: &str| desk.stranger.with_token(token, "").ask(VIEWER, json!({})).await;
    let answer = says(&IdentityProvider::token("first", &good(&desk))).await;
    let viewer = json!({ "role": "OWNER", "user": { "email": desk.owner_email } });
    assert_eq!(answer.data()["viewer"], viewer);
    let upper = but(&desk, "email", json!(desk.owner_email.to_uppercase()));
    assert_eq!(says(&IdentityProvider::token("first", &upper)).await.data()["viewer"], viewer);
    let here = but(&desk, "account", json!(desk.account_id));
    assert_eq!(says(&IdentityProvider::token("first", &here)).await.data()["viewer"], viewer);
    for (member, value) in [
        ("iss", json!("https://other.example")),
        ("aud", json!("another desk")),
        ("exp", json!(1_700_000_000)),
        ("nbf", json!(in_an_hour(&ShiftedClock::default()))),
        ("email", json!("nobody@bottega.example")),
        ("email", Json::Null),
        ("email_verified", json!(false)),
        ("account", json!("acc_00000000000000000000000000000000")),
    ] {
        let token = IdentityProvider::token("first", &but(&desk, member, value.clone()));
        let answer = says(&token).await;
        assert_eq!((answer.status, answer.code()), (401, "UNAUTHENTICATED"), "{member}: {value}");
    }
    assert_eq!(says(&IdentityProvider::token("second", &good(&desk))).await.code(), "UNAUTHENTICATED");
    assert_eq!(says(&forged(&good(&desk))).await.code(), "UNAUTHENTICATED", "the key says which algorithm");
    desk.owner.read(VIEWER, json!({})).await;
});

on_both!(a_key_that_is_not_known_yet_is_fetched, async |desk: Desk| {
    let provider = IdentityProvider::open(&["first"]).await;
    let clock = Arc::new(ShiftedClock::default());
    let server = desk.server_by(clock.clone(), trusting(&provider)).await;
    let stranger = desk.stranger.at(server.address);
    let claims = IdentityProvider::claims(&desk.owner_email, in_an_hour(&*clock) + 3600);
    let says = async |key: &str| {
        stranger.with_token(&IdentityProvider::token(key, &claims), "").ask(VIEWER, json!({})).await.status
    };
    assert_eq!((says("first").await, says("first").await), (200, 200));
    assert_eq!(provider.fetches().await, 1, "keys are kept");
    provider.publish(&["second"]).await;
    assert_eq!(says("second").await, 401, "keys that nobody knows make nobody ask the provider all the time");
    assert_eq!(provider.fetches().await, 0);
    clock.turn(31);
    assert_eq!(says("second").await, 200);
    assert_eq!(says("first").await, 401, "the provider has withdrawn it");
    assert_eq!(provider.fetches().await, 1);
    server.stop().await;
});

on_both!(a_stream_ends_with_its_token, async |desk: Desk| {
    let provider = IdentityProvider::open(&["first"]).await;
    let desk = desk.restart_with(trusting(&provider)).await;
    let claims = but(&desk, "exp", json!(ShiftedClock::default().now().0 / 1000 + 4));
    let client = desk.stranger.with_token(&IdentityProvider::token("first", &claims), "");
    let mut socket = client.socket().await;
    socket.subscribe("subscription { ticketChanges { __typename } }", json!({})).await;
    assert_eq!(in_time("the end", socket.close_code()).await, 4403);
});

on_both!(a_credential_has_so_many_requests_a_minute, async |desk: Desk| {
    let desk = desk.restart_with(|settings| settings.graphql.rate_limit_per_minute = 5).await;
    let other = desk.key(&["TICKETS_READ"]).await;
    let asks = async |client: &Client| {
        let mut codes = Vec::new();
        for _ in 0..8 {
            let answer = client.ask("{ tickets(first: 1) { totalCount } }", json!({})).await;
            codes.push((answer.status, answer.body["errors"][0]["extensions"]["code"].clone()));
        }
        codes
    };
    let codes = asks(&desk.owner).await;
    assert_eq!(codes.last(), Some(&(429, json!("RATE_LIMITED"))));
    let codes = asks(&other).await;
    assert_eq!(codes[0], (200, Json::Null), "one credential's requests are not another's");
});
