//! `/healthz`: the process is alive. `/readyz`: it can do its work, so that a balancer may send clients.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use sportello_domain::store::Store;
use tokio_util::sync::CancellationToken;

/// The time within which the database must answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long ago the log's heads, looked at every second, may have been seen last.
const LAG: Duration = Duration::from_secs(15);

/// What readiness is read from.
#[derive(Clone)]
pub struct Health {
    /// Whose database must answer.
    pub store: Store,
    /// Cancelled when the server goes down: new clients belong elsewhere then.
    pub shutdown: CancellationToken,
}

/// Both routes.
pub fn router(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(|| async { answer(StatusCode::OK, "alive") }))
        .route("/readyz", get(ready))
        .with_state(health)
}

async fn ready(State(health): State<Health>) -> Response {
    if health.shutdown.is_cancelled() {
        return answer(StatusCode::SERVICE_UNAVAILABLE, "going down: this server takes no new clients");
    }
    if health.store.heads().looked_at().is_some_and(|moment| moment.elapsed() > LAG) {
        return answer(StatusCode::SERVICE_UNAVAILABLE, "the log was not read for 15 seconds");
    }
    match tokio::time::timeout(PATIENCE, health.store.reader().ping()).await {
        Ok(Ok(())) => answer(StatusCode::OK, "ready"),
        Ok(Err(error)) => {
            tracing::warn!(error = %error, "the database does not answer");
            answer(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
        Err(_) => answer(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer within 2 seconds"),
    }
}

fn answer(status: StatusCode, sentence: &str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(json!({ "status": sentence }))).into_response()
}
