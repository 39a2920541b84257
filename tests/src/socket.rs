//! A WebSocket that speaks graphql-transport-ws.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value as Json, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, handshake::client::Request},
};

use crate::{Client, run::in_time};

/// An open socket with at most one operation.
pub struct Socket {
    pub(crate) stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    /// Connects and is admitted.
    pub(crate) async fn admitted(client: &Client) -> Self {
        Self::attempt(client).await.expect("admitted")
    }

    /// Connects and is admitted; None where the server is away.
    ///
    /// # Panics
    /// When the server has another answer.
    pub async fn attempt(client: &Client) -> Option<Self> {
        Self::connect(client).await.ok()?.admit(client).await
    }

    /// Uses this connection and is admitted.
    pub(crate) async fn over(stream: MaybeTlsStream<TcpStream>, client: &Client) -> Self {
        let (stream, _) = client_async(request(client), stream).await.expect("a WebSocket");
        Self { stream }.admit(client).await.expect("admitted")
    }

    async fn admit(mut self, client: &Client) -> Option<Self> {
        let payload =
            client.token.as_ref().map(|token| json!({ "authorization": format!("Bearer {token}") }));
        self.tries_to_send(json!({ "type": "connection_init", "payload": payload })).await.ok()?;
        let answer = self.receive().await.ok()?;
        assert_eq!(answer["type"], "connection_ack");
        Some(self)
    }

    /// Connects and says nothing yet.
    ///
    /// # Panics
    /// When the server does not take the connection.
    pub async fn silent(client: &Client) -> Self {
        Self::connect(client).await.expect("a WebSocket")
    }

    async fn connect(client: &Client) -> Result<Self, Error> {
        let (stream, _) = in_time("a WebSocket", connect_async(request(client))).await?;
        Ok(Self { stream })
    }

    /// Breaks the connection off, without a word.
    ///
    /// # Panics
    /// When the system does not let it.
    pub fn reset(self) {
        let MaybeTlsStream::Plain(stream) = self.stream.get_ref() else { panic!("there is no TLS here") };
        stream.set_zero_linger().expect("a reset");
    }

    /// Sends a message.
    ///
    /// # Panics
    /// When the socket is closed.
    pub async fn send(&mut self, message: Json) {
        self.tries_to_send(message).await.expect("sent");
    }

    async fn tries_to_send(&mut self, message: Json) -> Result<(), Error> {
        self.stream.send(Message::text(message.to_string())).await
    }

    /// The next message, or the code with which the server closes.
    ///
    /// # Errors
    /// The close code; 1006 when there is none.
    pub async fn receive(&mut self) -> Result<Json, u16> {
        loop {
            match in_time("a message", self.stream.next()).await {
                Some(Ok(Message::Text(text))) => match serde_json::from_str(&text).expect("JSON") {
                    Json::Object(message) if message["type"] == "ping" => {
                        self.send(json!({ "type": "pong" })).await;
                    }
                    message => return Ok(message),
                },
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }

    /// The next message but pings, byte for byte.
    ///
    /// # Panics
    /// When the socket is closed.
    pub async fn text(&mut self) -> String {
        loop {
            match in_time("a message", self.stream.next()).await {
                Some(Ok(Message::Text(text))) if text.contains(r#""type":"ping""#) => {}
                Some(Ok(Message::Text(text))) => return text.to_string(),
                Some(Ok(_)) => {}
                end => panic!("closed: {end:?}"),
            }
        }
    }

    /// Starts the operation.
    ///
    /// # Panics
    /// When the socket is closed.
    pub async fn subscribe(&mut self, document: &str, variables: Json) {
        self.tries_to_subscribe(document, variables).await.expect("sent");
    }

    pub(crate) async fn tries_to_subscribe(&mut self, document: &str, variables: Json) -> Result<(), Error> {
        let payload = json!({ "query": document, "variables": variables });
        self.tries_to_send(json!({ "id": "1", "type": "subscribe", "payload": payload })).await
    }

    /// The data of the operation's next result.
    ///
    /// # Panics
    /// When the operation ends or fails.
    pub async fn data(&mut self) -> Json {
        let message = self.receive().await.expect("the socket stays open");
        assert_eq!(message["type"], "next", "{message}");
        assert!(message["payload"]["errors"].is_null(), "{message}");
        message["payload"]["data"].clone()
    }

    /// The code of the error with which the operation ends.
    ///
    /// # Panics
    /// When it goes on.
    pub async fn error_code(&mut self) -> String {
        let message = self.receive().await.expect("the socket stays open");
        let errors =
            if message["type"] == "error" { &message["payload"] } else { &message["payload"]["errors"] };
        errors[0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("an error: {message}")).to_owned()
    }

    /// The code with which the server closes, whatever comes before.
    pub async fn close_code(&mut self) -> u16 {
        loop {
            if let Err(code) = self.receive().await {
                return code;
            }
        }
    }

    /// The next item of `ticketChanges`.
    ///
    /// # Panics
    /// When the stream ends.
    pub async fn item(&mut self) -> Json {
        self.data().await["ticketChanges"].clone()
    }

    /// The next `TicketChange`: checkpoints, and changes of what tickets point at, are skipped.
    ///
    /// # Panics
    /// When the stream ends.
    pub async fn change(&mut self) -> Json {
        loop {
            let item = self.item().await;
            match item["__typename"].as_str() {
                Some("StreamCheckpoint" | "RelatedChange") => {}
                Some("TicketChange") => return item,
                _ => panic!("a change is expected: {item}"),
            }
        }
    }
}

fn request(client: &Client) -> Request {
    let url = format!("ws://{}/graphql", client.address);
    let mut request = url.into_client_request().expect("a request");
    let protocol = "graphql-transport-ws".parse().expect("a header");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    request
}
