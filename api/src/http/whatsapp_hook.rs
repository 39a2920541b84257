//! `/hooks/whatsapp`: where Meta tells what happened. Bodies are stored before they are acknowledged and worked on later.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use sportello_workers::whatsapp::{Inbox, is_signed};

/// Meta sends up to 3 MB.
const MOST_BYTES: usize = 3 * 1024 * 1024;
const SIGNATURE: &str = "x-hub-signature-256";

/// The Meta app's secrets; without them there is no such address.
#[derive(Clone, Debug, Default)]
pub struct HookSettings {
    /// Signs what Meta sends.
    pub app_secret: Option<Arc<str>>,
    /// What Meta shows when the address is registered.
    pub verify_token: Option<Arc<str>>,
}

#[derive(Clone)]
struct Hook {
    settings: HookSettings,
    inbox: Inbox,
}

/// `/hooks/whatsapp`.
pub fn router(settings: HookSettings, inbox: Inbox) -> Router {
    Router::new()
        .route("/hooks/whatsapp", get(verify).post(take))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(Hook { settings, inbox })
}

/// Meta's handshake: the challenge comes back to who knows the token.
async fn verify(State(hook): State<Hook>, Query(query): Query<HashMap<String, String>>) -> Response {
    let (Some(expected), Some(_)) = (&hook.settings.verify_token, &hook.settings.app_secret) else {
        return unset();
    };
    let given = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    if given("hub.mode") == "subscribe" && is_same(given("hub.verify_token"), expected) {
        return given("hub.challenge").to_owned().into_response();
    }
    problem(StatusCode::FORBIDDEN, "FORBIDDEN", "This is not the verify token that is set here.")
}

async fn take(State(hook): State<Hook>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(secret) = &hook.settings.app_secret else { return unset() };
    let Some(signature) = headers.get(SIGNATURE).and_then(|text| text.to_str().ok()) else {
        let message = "The header X-Hub-Signature-256 is missing.";
        return problem(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message);
    };
    if !is_signed(secret, &body, signature) {
        let message = "The signature is not that of this body by the app secret that is set here.";
        return problem(StatusCode::FORBIDDEN, "FORBIDDEN", message);
    }
    let text = std::str::from_utf8(&body).ok().filter(|text| serde_json::from_str::<Value>(text).is_ok());
    let Some(text) = text else {
        return problem(StatusCode::BAD_REQUEST, "BAD_REQUEST", "The body is not JSON.");
    };
    match hook.inbox.take(text).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => {
            tracing::error!(%error, "what WhatsApp has sent could not be stored: it will be sent again");
            let message = "It could not be stored: send it again.";
            problem(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message)
        }
    }
}

/// Takes as long whatever is given.
fn is_same(given: &str, expected: &str) -> bool {
    let sign = |text: &str| sportello_domain::digest::digest(text);
    sign(given) == sign(expected)
}

fn unset() -> Response {
    let message =
        "WhatsApp is not set up: SPORTELLO_WHATSAPP_APP_SECRET and SPORTELLO_WHATSAPP_VERIFY_TOKEN.";
    problem(StatusCode::NOT_FOUND, "NOT_FOUND", message)
}

fn problem(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({ "error": { "code": code, "message": message } }))).into_response()
}
