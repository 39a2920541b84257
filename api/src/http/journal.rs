//! One line in the log for each request that is not GraphQL's, which writes its own.

use axum::{extract::Request, http::HeaderMap, middleware::Next, response::Response};
use tokio::time::Instant;

/// Serves the request and logs how that went. Never logs a query: it may hold a token.
pub(super) async fn record(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let id = request_id(request.headers());
    let response = next.run(request).await;
    tracing::info!(
        request.id = id,
        request.method = %method,
        request.path = path,
        status = response.status().as_u16(),
        elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "http request"
    );
    response
}

fn request_id(headers: &HeaderMap) -> String {
    headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned()
}
