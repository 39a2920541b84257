//! A WebSocket by hand: RFC 6455, as much of it as a client of `graphql-transport-ws` needs here.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// What is subscribed to, where, and by whom.
#[derive(clap::Args)]
pub struct Subscription {
    /// Where the server listens.
    #[arg(long)]
    pub address: SocketAddr,
    /// The bearer token.
    #[arg(long)]
    token: String,
    /// A file that holds the subscription.
    #[arg(long)]
    document: PathBuf,
}

impl Subscription {
    /// Opens a socket of the system's with this subscription.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn open(&self, socket: TcpSocket) -> Result<TcpStream> {
        let document = std::fs::read_to_string(&self.document)?;
        let mut stream = socket.connect(self.address).await?;
        let handshake = format!(
            "GET /graphql HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\
             Authorization: Bearer {}\r\n\r\n",
            self.address, self.token
        );
        stream.write_all(handshake.as_bytes()).await?;
        send(&mut stream, &json!({ "type": "connection_init" })).await?;
        // The answer to the handshake and the acknowledgement.
        let mut answer = Vec::new();
        while !answer.ends_with(br#"{"type":"connection_ack"}"#) {
            answer.push(stream.read_u8().await?);
        }
        let payload = json!({ "query": document });
        send(&mut stream, &json!({ "type": "subscribe", "id": "1", "payload": payload })).await?;
        Ok(stream)
    }
}

/// One masked text frame, with a mask of zeros: section 5.2.
async fn send(stream: &mut TcpStream, message: &Value) -> Result<()> {
    let message = message.to_string();
    let mut frame = vec![0x81];
    match u8::try_from(message.len()) {
        Ok(length @ ..=125) => frame.push(0x80 | length),
        _ => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(message.len())?.to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(message.as_bytes());
    Ok(stream.write_all(&frame).await?)
}

/// The next text frame that is no ping.
///
/// # Errors
/// When the server closes.
pub async fn receive(stream: &mut TcpStream) -> Result<Value> {
    loop {
        let kind = stream.read_u8().await? & 0x0f;
        let length = match stream.read_u8().await? {
            126 => u64::from(stream.read_u16().await?),
            127 => stream.read_u64().await?,
            length => u64::from(length),
        };
        let mut frame = vec![0; usize::try_from(length)?];
        stream.read_exact(&mut frame).await?;
        match kind {
            1 => match serde_json::from_slice::<Value>(&frame)? {
                ping if ping["type"] == "ping" => send(stream, &json!({ "type": "pong" })).await?,
                message => return Ok(message),
            },
            8 => bail!("the server closes"),
            _ => {}
        }
    }
}
