//! `POST /hooks/automations/{id}`: an ERP or a shop sets an automation off.

use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};
use sportello_domain::{
    automation::{self, CallRefused, Caller},
    store::Store,
};
use sportello_entity::{AutomationId, AutomationRunId};

use super::answer::Problem;
use crate::credential::Rate;

/// The largest body that is read.
const MOST_BYTES: usize = 256 * 1024;
/// How many calls of one automation are taken in a minute, and how many that carry a wrong secret are answered.
const CALLS_PER_MINUTE: u32 = 600;
const STRANGERS_PER_MINUTE: u32 = 60;

/// What calls are taken with.
#[derive(Clone)]
pub struct Hooks {
    store: Store,
    calls: Rate,
    strangers: Rate,
}

impl Hooks {
    /// Hooks into the automations of this store.
    pub fn new(store: Store) -> Self {
        let (calls, strangers) = (Rate::new(CALLS_PER_MINUTE), Rate::new(STRANGERS_PER_MINUTE));
        Self { store, calls, strangers }
    }
}

/// The hooks' addresses.
pub fn router(hooks: Hooks) -> Router {
    Router::new().route("/hooks/automations/{id}", post(answer)).with_state(hooks)
}

async fn answer(
    State(hooks): State<Hooks>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match take(&hooks, &id, &headers, body).await {
        Ok(run) => (StatusCode::ACCEPTED, Json(json!({ "runId": run }))).into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn take(hooks: &Hooks, id: &str, headers: &HeaderMap, body: Body) -> Result<AutomationRunId, Problem> {
    let id: AutomationId = id.parse().map_err(|_| CallRefused::Unknown)?;
    let caller = match Caller::admit(&hooks.store, id, secret(headers)).await {
        Err(CallRefused::WrongSecret) => {
            hooks.strangers.count(&id.to_string())?;
            return Err(CallRefused::WrongSecret.into());
        }
        admitted => admitted?,
    };
    hooks.calls.count(&id.to_string())?;
    let bytes = to_bytes(body, MOST_BYTES).await.map_err(|_| {
        let message = format!("the body is larger than {MOST_BYTES} bytes, or broke off");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", message)
    })?;
    let body: Value = serde_json::from_slice(&bytes).map_err(|error| {
        Problem::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", format!("the body is not JSON: {error}"))
    })?;
    Ok(automation::call(&hooks.store, &caller, &body).await?)
}

/// What stands behind `Bearer`; "" when nothing does, which is nobody's secret.
fn secret(headers: &HeaderMap) -> &str {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, secret) = given.split_once(' ').unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") { secret.trim() } else { "" }
}
