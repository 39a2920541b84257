//! Everything behind one address.

use axum::{
    Json, Router,
    http::{HeaderName, HeaderValue, StatusCode, Uri, header},
    middleware,
    response::{IntoResponse, Response},
};
use serde_json::json;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
};

use super::{journal, trace};

/// Puts the endpoint (which writes its own log lines) and the other pages behind one address: unknown paths get a
/// sentence, answers a request id, careful headers and, where nothing is streamed, compression.
pub fn router(endpoint: Router, pages: Router, is_traced: bool) -> Router {
    let pages = pages.fallback(missing).layer(middleware::from_fn(journal::record));
    let layers = ServiceBuilder::new()
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(middleware::from_fn_with_state(is_traced, trace::record))
        .layer(careful(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(careful(header::REFERRER_POLICY, "no-referrer"))
        .layer(careful(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .layer(CompressionLayer::new().compress_when(whole_answers()))
        .layer(CatchPanicLayer::custom(|_| fault()));
    endpoint.merge(pages).layer(layers)
}

/// Small answers gain nothing, and a compressor would hold a stream's items back.
fn whole_answers() -> impl Predicate {
    DefaultPredicate::new().and(NotForContentType::const_new("multipart/"))
}

fn careful(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

async fn missing(uri: Uri) -> Response {
    let sentence =
        format!("Nothing is at {}. GraphQL is at /graphql, its explorer at /graphiql.", uri.path());
    problem(StatusCode::NOT_FOUND, "NOT_FOUND", &sentence)
}

/// The panic itself is in the log, by the panic hook.
fn fault() -> Response {
    problem(
        StatusCode::INTERNAL_SERVER_ERROR,
        "INTERNAL",
        "The server has made a mistake; its log says more.",
    )
}

fn problem(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({ "error": { "code": code, "message": message } }))).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request, routing::get};
    use tower::ServiceExt;

    use super::*;

    async fn ask(path: &str) -> Response {
        let text = || async { "word ".repeat(1000) };
        let stream = || async { ([(header::CONTENT_TYPE, "text/event-stream")], "word ".repeat(1000)) };
        let parts =
            || async { ([(header::CONTENT_TYPE, "multipart/mixed; boundary=-")], "word ".repeat(1000)) };
        let panic = || async {
            if true {
                panic!("as asked")
            }
        };
        let endpoint = Router::new().route("/stream", get(stream)).route("/parts", get(parts));
        let pages = Router::new().route("/text", get(text)).route("/panic", get(panic));
        let request = Request::get(path).header(header::ACCEPT_ENCODING, "gzip").body(Body::empty());
        router(endpoint, pages, true).oneshot(request.expect("a request")).await.expect("an answer")
    }

    #[tokio::test]
    async fn whole_answers_are_compressed_and_streams_are_not() {
        for (path, compressed) in [("/text", true), ("/stream", false), ("/parts", false)] {
            let response = ask(path).await;
            assert_eq!(response.headers().contains_key(header::CONTENT_ENCODING), compressed, "{path}");
            assert!(response.headers().contains_key("x-request-id"), "{path}");
            assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        }
    }

    #[tokio::test]
    async fn what_is_missing_or_fails_is_said_in_json() {
        for (path, status) in [("/nothing", 404), ("/panic", 500)] {
            let response = ask(path).await;
            assert_eq!(response.status(), status);
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
        }
    }
}
