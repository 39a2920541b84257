//! One span for each HTTP request, for traces; without a collector nothing takes it and it costs nothing.

use axum::{
    extract::{Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Instrument, Span, field, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Serves the request in a span that goes on the caller's trace (`traceparent`, W3C Trace Context).
///
/// The names are OpenTelemetry's conventions for HTTP servers.
pub(super) async fn record(State(is_traced): State<bool>, request: Request, next: Next) -> Response {
    if !is_traced {
        return next.run(request).await;
    }
    let span = info_span!(
        "http",
        otel.name = format!("{} {}", request.method(), request.uri().path()),
        otel.kind = "server",
        http.request.method = %request.method(),
        url.path = request.uri().path(),
        http.response.status_code = field::Empty,
        otel.status_code = field::Empty,
    );
    adopt(&span, request.headers());
    let response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    if response.status().is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    response
}

fn adopt(span: &Span, headers: &HeaderMap) {
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    if let Err(error) = span.set_parent(parent) {
        tracing::debug!(error = %error, "the caller's trace is not gone on with");
    }
}
