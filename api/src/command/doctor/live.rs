//! Does what the world sends to the public URL reach a running server, live?

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, handshake::client::generate_key, protocol::Role},
};

use super::report::Report;
use crate::config::BaseUrl;

const PATIENCE: Duration = Duration::from_secs(10);

/// Asks the way that clients do, through every proxy that stands before the server.
pub(super) async fn examine(public_url: &BaseUrl, report: &mut Report) {
    let client = match Client::builder().http1_only().timeout(PATIENCE).build() {
        Ok(client) => client,
        Err(error) => {
            return report.problem(&format!("no HTTP client can be made: {error}"), "see the message");
        }
    };
    let mend = format!("start `sportello serve`; let {public_url} (SPORTELLO_PUBLIC_URL) lead to it");
    let ready = ready(&client, &public_url.join("/readyz")).await;
    let is_ready = ready.is_ok();
    report.result(&format!("a server is ready at {public_url}"), ready, &mend);
    if !is_ready {
        return;
    }
    let endpoint = public_url.join("/graphql");
    let events = events(&client, &endpoint).await;
    report.result(
        "an event stream (SSE) comes through",
        events,
        "let the proxy pass text/event-stream without buffering it (nginx: proxy_buffering off)",
    );
    let socket = timeout(PATIENCE, socket(&client, &endpoint)).await;
    report.result(
        "a WebSocket comes through",
        socket.unwrap_or_else(|_| Err("the WebSocket gives no answer within 10 seconds".to_owned())),
        "let the proxy pass the headers Upgrade, Connection and Sec-WebSocket-* and keep idle sockets for 60 seconds",
    );
}

async fn ready(client: &Client, url: &str) -> Result<(), String> {
    let response = client.get(url).send().await.map_err(|error| said(url, &error))?;
    let status = response.status();
    let body = response.text().await.map_err(|error| said(url, &error))?;
    if status == StatusCode::OK { Ok(()) } else { Err(format!("{url} answers {status}: {body}")) }
}

/// A query as an event stream: its answer must be the first event.
async fn events(client: &Client, url: &str) -> Result<(), String> {
    let request = client.post(url).header(header::ACCEPT, "text/event-stream").json(&question());
    let response = request.send().await.map_err(|error| said(url, &error))?;
    let content_type = response.headers().get(header::CONTENT_TYPE).cloned();
    let body = response.text().await.map_err(|error| said(url, &error))?;
    let is_stream = content_type.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if is_stream && body.contains("\"__typename\":\"Query\"") {
        return Ok(());
    }
    Err(format!("{url} does not answer with events, but with {:?}", cut(&body)))
}

/// `connection_init`, `connection_ack`, `ping`, `pong`, and the same query.
async fn socket(client: &Client, url: &str) -> Result<(), String> {
    let request = client
        .get(url)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_VERSION, "13")
        .header(header::SEC_WEBSOCKET_KEY, generate_key())
        .header(header::SEC_WEBSOCKET_PROTOCOL, "graphql-transport-ws");
    let response = request.send().await.map_err(|error| said(url, &error))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(format!("{url} answers {} where a WebSocket is asked for", response.status()));
    }
    let stream = response.upgrade().await.map_err(|error| said(url, &error))?;
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Client, None).await;
    let subscribe = json!({ "type": "subscribe", "id": "doctor", "payload": question() });
    for (message, answer) in [
        (json!({ "type": "connection_init" }), "connection_ack"),
        (json!({ "type": "ping" }), "pong"),
        (subscribe, "next"),
    ] {
        exchange(&mut socket, &message, answer).await?;
    }
    socket.close(None).await.map_err(|error| format!("the WebSocket does not close: {error}"))
}

/// Sends a message and reads until the answer of this type has come.
async fn exchange<S>(socket: &mut WebSocketStream<S>, message: &Value, answer: &str) -> Result<(), String>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let broken = |error| format!("the WebSocket breaks: {error}");
    socket.send(Message::text(message.to_string())).await.map_err(broken)?;
    while let Some(message) = socket.next().await {
        match message.map_err(broken)? {
            Message::Text(text) if is_of(&text, answer) => return Ok(()),
            Message::Close(frame) => return Err(format!("the WebSocket is closed: {frame:?}")),
            _ => {}
        }
    }
    Err(format!("the WebSocket ends before {answer}"))
}

fn is_of(text: &str, kind: &str) -> bool {
    serde_json::from_str(text).is_ok_and(|message: Value| message["type"] == kind)
}

fn question() -> Value {
    json!({ "query": "{ __typename }" })
}

/// The error with its causes, which reqwest's own sentence leaves out.
fn said(url: &str, error: &reqwest::Error) -> String {
    let mut sentence = format!("{url} cannot be asked: {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        sentence.push_str(&format!(": {error}"));
        cause = error.source();
    }
    sentence
}

fn cut(text: &str) -> String {
    text.chars().take(200).collect()
}
