//! From an HTTP request to a WebSocket.

use std::sync::Arc;

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use async_graphql::Executor;
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{close::Close, connection::Connection, phase::Caller, session::Session};
use crate::{
    endpoint::Shared,
    gate::Gate,
    http::{origin_is_allowed, peer},
};

/// The one protocol that is spoken.
const SUBPROTOCOL: &str = "graphql-transport-ws";

/// Whether the request asks for a WebSocket.
pub(crate) fn is_upgrade(parts: &Parts) -> bool {
    parts.method == Method::GET
        && mentions(&parts.headers, &header::CONNECTION, "upgrade")
        && mentions(&parts.headers, &header::UPGRADE, "websocket")
}

/// Answers the handshake. A client without the subprotocol learns so by 4406, since browsers show no HTTP status.
pub(crate) fn upgrade<E: Executor, G: Gate>(shared: Arc<Shared<E, G>>, parts: &mut Parts) -> Response {
    if !origin_is_allowed(&parts.headers, &shared.options) {
        return (StatusCode::FORBIDDEN, "This origin may not open a WebSocket here.").into_response();
    }
    if !mentions(&parts.headers, &header::SEC_WEBSOCKET_VERSION, "13") {
        let version = [(header::SEC_WEBSOCKET_VERSION, "13")];
        return (StatusCode::UPGRADE_REQUIRED, version, "Only WebSocket version 13 is spoken.")
            .into_response();
    }
    let key = parts.headers.get(header::SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
    let (Some(key), Some(upgrade)) = (key, parts.extensions.remove::<OnUpgrade>()) else {
        return (StatusCode::BAD_REQUEST, "The WebSocket handshake lacks its key.").into_response();
    };
    let is_spoken = mentions(&parts.headers, &header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL);
    let peer = peer(parts, &shared.options);
    let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let caller = Caller { peer, authorization: authorization.map(str::to_owned) };
    let serving = serve(shared.clone(), upgrade, caller, is_spoken);
    shared.tasks.spawn(serving);
    switching(&key, is_spoken)
}

fn switching(key: &str, is_spoken: bool) -> Response {
    let key = HeaderValue::from_str(key).expect("base64 is visible ASCII");
    let mut headers = HeaderMap::from_iter([
        (header::CONNECTION, HeaderValue::from_static("upgrade")),
        (header::UPGRADE, HeaderValue::from_static("websocket")),
        (header::SEC_WEBSOCKET_ACCEPT, key),
    ]);
    if is_spoken {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    }
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

/// The socket's one task. All that it waits for is boxed, so that it is not as large as the largest of that for the
/// socket's life.
#[expect(clippy::manual_async_fn, reason = "an async fn holds what it is given twice: rust-lang/rust#62958")]
fn serve<E: Executor, G: Gate>(
    shared: Arc<Shared<E, G>>,
    upgrade: OnUpgrade,
    caller: Caller,
    is_spoken: bool,
) -> impl Future<Output = ()> + Send {
    async move {
        let upgraded = match upgrade.await {
            Ok(upgraded) => upgraded,
            Err(error) => return tracing::debug!(error = %error, "a websocket handshake broke off"),
        };
        let opening = Connection::new(upgraded, &shared.options.limits, shared.meters.clone());
        let connection = Box::pin(opening).await;
        if is_spoken {
            Box::pin(Session::new(shared, connection, caller).run()).await;
        } else {
            Box::pin(connection.close(&Close::SUBPROTOCOL)).await;
        }
    }
}

/// Whether a header that holds a list names a token.
fn mentions(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(token))
}
