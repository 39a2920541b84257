//! Measures what an idle subscriber costs a server: `idle_sockets PORT PROCESS COUNT`, against `audit_server` on the
//! same machine. Needs as many open files as sockets, in both processes.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().ok_or("usage: idle_sockets PORT PROCESS COUNT");
    let (port, process, count) = (argument()?, argument()?, argument()?.parse::<usize>()?);
    // The first ones pay for what all share.
    let mut sockets = open(&port, 200).await?;
    let before = resident(&process).await?;
    sockets.extend(open(&port, count).await?);
    let after = resident(&process).await?;
    let each = (after - before) as f64 / count as f64;
    println!("{} sockets: {before} KiB, then {after} KiB: {each:.2} KiB each", sockets.len());
    Ok(())
}

async fn open(port: &str, count: usize) -> Outcome<Vec<Socket>> {
    let mut sockets = Vec::with_capacity(count);
    for _ in 0..count {
        let mut request = format!("ws://127.0.0.1:{port}/graphql").into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse()?);
        let config = WebSocketConfig::default().read_buffer_size(512);
        let (mut socket, _) = connect_async_with_config(request, Some(config), false).await?;
        socket.send(Message::text(r#"{"type":"connection_init"}"#)).await?;
        socket.next().await.ok_or("the server closed")??;
        let subscribe =
            r#"{"id":"1","type":"subscribe","payload":{"query":"subscription Panel { silence }"}}"#;
        socket.send(Message::text(subscribe)).await?;
        sockets.push(socket);
    }
    Ok(sockets)
}

/// Resident memory in KiB, once the server has come to rest.
async fn resident(process: &str) -> Outcome<usize> {
    tokio::time::sleep(Duration::from_secs(1)).await;
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse()?)
}
