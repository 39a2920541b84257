//! Clients that hardly read.

use std::time::Duration;

use tokio::{io::AsyncReadExt, net::TcpSocket, task::JoinHandle, time::sleep};
use tokio_tungstenite::MaybeTlsStream;

use crate::{Client, Socket};

/// What the client's system takes for it while it does not read, in bytes: little, so that the server notices.
const RECEIVE_BUFFER: u32 = 4096;

impl Socket {
    /// A WebSocket of which the client's system takes little, admitted.
    ///
    /// # Panics
    /// When the server does not take the connection.
    pub async fn narrow(client: &Client) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(RECEIVE_BUFFER).expect("a small buffer");
        let stream = socket.connect(client.address).await.expect("a connection");
        Self::over(MaybeTlsStream::Plain(stream), client).await
    }

    /// Reads a byte a second from here on, until the server has closed or the task is aborted.
    pub fn trickles(self) -> JoinHandle<()> {
        let mut stream = self.stream.into_inner();
        tokio::spawn(async move {
            while stream.read_u8().await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
        })
    }
}
