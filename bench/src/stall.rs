//! Clients that subscribe and never read.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Result;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// What a client's system takes for it while it does not read, in bytes: little, so that the server notices.
const RECEIVE_BUFFER: u32 = 4096;

/// Whom they stall.
#[derive(clap::Args)]
pub struct Stall {
    /// Where the server listens.
    #[arg(long)]
    address: SocketAddr,
    /// The bearer token.
    #[arg(long)]
    token: String,
    /// How many clients.
    #[arg(long)]
    count: usize,
    /// A file that holds the subscription.
    #[arg(long)]
    document: PathBuf,
}

/// Opens them, says so, and keeps them.
///
/// # Errors
/// When the server does not take one.
pub async fn run(stall: &Stall) -> Result<()> {
    let document = std::fs::read_to_string(&stall.document)?;
    let mut clients = Vec::new();
    for _ in 0..stall.count {
        clients.push(open(stall, &document).await?);
    }
    println!("stalling {}", stall.address);
    tokio::signal::ctrl_c().await?;
    Ok(())
}

async fn open(stall: &Stall, document: &str) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    let mut stream = socket.connect(stall.address).await?;
    let handshake = format!(
        "GET /graphql HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\
         Authorization: Bearer {}\r\n\r\n",
        stall.address, stall.token
    );
    stream.write_all(handshake.as_bytes()).await?;
    send(&mut stream, &json!({ "type": "connection_init" })).await?;
    // The answer to the handshake and the acknowledgement: nothing is read after them.
    let mut answer = Vec::new();
    while !answer.ends_with(br#"{"type":"connection_ack"}"#) {
        answer.push(stream.read_u8().await?);
    }
    send(&mut stream, &json!({ "type": "subscribe", "id": "1", "payload": { "query": document } })).await?;
    Ok(stream)
}

/// One masked text frame, with a mask of zeros: RFC 6455, section 5.2.
async fn send(stream: &mut TcpStream, message: &serde_json::Value) -> Result<()> {
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
