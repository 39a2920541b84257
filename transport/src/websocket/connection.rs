//! Reading and writing one socket, neither waiting for the other.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, Sleep, sleep, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message, Utf8Bytes,
        protocol::{Role, WebSocketConfig},
    },
};

use super::{
    close::Close,
    outlet::{Level, Line, Outlet, put_ping, put_text},
};
use crate::{options::Limits, telemetry::Meters};

/// What is read and thrown away while the peer has not seen that the socket closes.
const DISCARDED: usize = 1024 * 1024;

/// How much is read at once of a frame, beyond its header, and the first buffer, which stays as long as it or its double is
/// enough: tungstenite's own choice is 128 KiB.
const READ_BUFFER: usize = 256;

/// A socket and what waits for it to be written.
pub(super) struct Connection {
    socket: WebSocketStream<Line>,
    outlet: Arc<Outlet>,
    /// The last message, until the next is waited for. Its bytes are those of the buffer into which it was read: while
    /// somebody holds them tungstenite begins a buffer of a header's length, where it would otherwise keep for the
    /// socket's life what the longest message has taken.
    read: Option<Utf8Bytes>,
    /// Set while too much waits.
    stall: Option<Stall>,
    limit: usize,
    stall_time: Duration,
    close_time: Duration,
    meters: Arc<Meters>,
}

/// Until when the peer has to take how much.
struct Stall {
    deadline: Pin<Box<Sleep>>,
    /// How much it had taken when its time began.
    taken: u64,
}

impl Connection {
    pub(super) async fn new(upgraded: Upgraded, limits: &Limits, meters: Arc<Meters>) -> Self {
        let outlet = Outlet::new(TokioIo::new(upgraded), limits.send_buffer_bytes);
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(limits.message_bytes))
            .max_frame_size(Some(limits.message_bytes));
        let line = Line::new(outlet.clone());
        Self {
            socket: WebSocketStream::from_raw_socket(line, Role::Server, Some(config)).await,
            outlet,
            read: None,
            stall: None,
            limit: limits.send_buffer_bytes,
            stall_time: limits.stall_time,
            close_time: limits.close_time,
            meters,
        }
    }

    /// The way out, for whoever tells the peer something without this task.
    pub(super) fn outlet(&self) -> &Arc<Outlet> {
        &self.outlet
    }

    /// Queues a message; it goes out while [`Connection::receive`] is polled.
    pub(super) fn send(&mut self, message: &Utf8Bytes) {
        self.meters.sent_bytes.increment(message.len() as u64);
        self.outlet.queue(|waiting| put_text(waiting, &[message.as_bytes()]));
        self.weigh();
    }

    /// Whether operations should pause, until half of what may wait is taken.
    pub(super) fn is_stalled(&self) -> bool {
        self.stall.is_some()
    }

    /// Whether so much waits that answers to the peer's own messages must have piled up.
    pub(super) fn is_flooded(&self) -> bool {
        self.outlet.level().waiting > 2 * self.limit
    }

    /// Begins or ends a stall.
    fn weigh(&mut self) {
        let Level { waiting, taken } = self.outlet.level();
        if waiting <= self.limit / 2 {
            self.stall = None;
        } else if waiting >= self.limit && self.stall.is_none() {
            self.stall = Some(Stall { deadline: Box::pin(sleep(self.stall_time)), taken });
        }
    }

    /// Asks the peer for a sign of life. On a socket that is blocked the ping could only wait behind what blocks
    /// it, which asks the same.
    pub(super) fn ping(&mut self) {
        if self.outlet.level().waiting == 0 {
            self.outlet.queue(put_ping);
        }
    }

    /// The next message, writing meanwhile; None when a stall is over. Nothing is lost when the future is dropped.
    ///
    /// # Errors
    /// What the peer is to be told; None when it has gone.
    pub(super) async fn receive(&mut self) -> Result<Option<Message>, Option<Close>> {
        let message = poll_fn(|context| {
            let was_stalled = self.is_stalled();
            if let Poll::Ready(Err(error)) = self.poll_write(context) {
                return Poll::Ready(Err(Close::of(&error)));
            }
            if was_stalled && !self.is_stalled() {
                return Poll::Ready(Ok(None));
            }
            if self.poll_too_slow(context) {
                return Poll::Ready(Err(Some(Close::TOO_SLOW)));
            }
            self.poll_read(context).map(|message| message.map(Some))
        });
        let message = message.await?;
        let length = message.as_ref().map_or(0, Message::len);
        self.meters.received_bytes.increment(length as u64);
        Ok(message)
    }

    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<Result<Message, Option<Close>>> {
        let read = self.socket.poll_next_unpin(context);
        self.read = match &read {
            Poll::Ready(Some(Ok(Message::Text(text)))) => Some(text.clone()),
            _ => None,
        };
        if read.is_ready() {
            self.socket.get_mut().begin_frame();
        }
        read.map(|message| message.ok_or(None)?.map_err(|error| Close::of(&error)))
    }

    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let written = self.outlet.poll_write(context);
        self.weigh();
        written.map_err(Error::Io)
    }

    /// A long message on a slow line is given its time again for each half of the limit that gets through.
    fn poll_too_slow(&mut self, context: &mut Context<'_>) -> bool {
        let Some(stall) = &mut self.stall else { return false };
        while stall.deadline.as_mut().poll(context).is_ready() {
            let taken = self.outlet.level().taken;
            if taken - stall.taken < self.limit as u64 / 2 {
                return true;
            }
            stall.taken = taken;
            stall.deadline.as_mut().reset(Instant::now() + self.stall_time);
        }
        false
    }

    /// Writes what waits and the close frame, and waits for the peer to close too; all within the time for it.
    pub(super) async fn close(mut self, close: &Close) {
        tracing::debug!(code = close.code(), "websocket closes");
        let time = self.close_time;
        let _ = timeout(time, async {
            poll_fn(|context| self.poll_write(context)).await?;
            self.socket.send(Message::Close(Some(close.frame()))).await?;
            while self.socket.next().await.transpose()?.is_some() {}
            Ok::<_, Error>(())
        })
        .await;
        // Closing while something is unread resets the connection, and the peer may never see the close frame.
        let _ = timeout(time, linger(self.socket.into_inner())).await;
    }

    /// Answers the peer's close frame, where it sent one.
    pub(super) async fn leave(mut self) {
        let _ = timeout(self.close_time, async { while let Some(Ok(_)) = self.socket.next().await {} }).await;
    }
}

async fn linger(mut raw: Line) -> std::io::Result<()> {
    raw.shutdown().await?;
    let (mut buffer, mut discarded) = ([0; 1024], 0);
    while discarded < DISCARDED {
        match raw.read(&mut buffer).await? {
            0 => break,
            length => discarded += length,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use axum::{
        body::Body,
        http::{Request, Response, StatusCode, header},
    };
    use bytes::Bytes;
    use futures_util::{future, poll};
    use hyper::{body::Incoming, server::conn::http1, service::service_fn};
    use tokio::{
        io::{DuplexStream, duplex},
        sync::mpsc,
    };

    use super::*;

    /// A connection, and its client's end.
    async fn connected() -> (Connection, DuplexStream) {
        let (mut client, server) = duplex(128 * 1024);
        let (sender, mut upgrades) = mpsc::unbounded_channel();
        let service = service_fn(move |request: Request<Incoming>| {
            sender.send(hyper::upgrade::on(request)).expect("waited for");
            let switching = Response::builder().status(StatusCode::SWITCHING_PROTOCOLS);
            let switching =
                switching.header(header::CONNECTION, "upgrade").header(header::UPGRADE, "websocket");
            future::ready(switching.body(Body::empty()))
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(server), service).with_upgrades());
        let request = "GET / HTTP/1.1\r\nHost: desk\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
        client.write_all(request.as_bytes()).await.expect("sent");
        let upgraded = upgrades.recv().await.expect("a request").await.expect("upgraded");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.read_u8().await.expect("a head"));
        }
        let meters = Arc::new(Meters::new());
        (Connection::new(upgraded, &Limits::default(), meters).await, client)
    }

    /// A client's text message of up to 64 KiB, with a mask that changes nothing: RFC 6455, section 5.2.
    fn frame(text: &str) -> Vec<u8> {
        let length = u16::try_from(text.len()).expect("not longer");
        [&[0x81, 0xfe][..], &length.to_be_bytes(), &[0; 4], text.as_bytes()].concat()
    }

    async fn received(connection: &mut Connection) -> Utf8Bytes {
        match connection.receive().await {
            Ok(Some(Message::Text(text))) => text,
            other => panic!("no text, but {other:?}"),
        }
    }

    #[tokio::test]
    async fn what_a_long_message_took_is_not_kept() {
        let (mut connection, mut client) = connected().await;
        for length in [30, 700, 30, 60_000, 3_000] {
            client.write_all(&frame(&"x".repeat(length))).await.expect("sent");
            assert_eq!(received(&mut connection).await.len(), length);
            assert!(poll!(pin!(connection.receive())).is_pending());
        }
        client.write_all(&frame("short")).await.expect("sent");
        let short = received(&mut connection).await;
        assert!(poll!(pin!(connection.receive())).is_pending());
        let buffer = Bytes::from(short).try_into_mut().expect("nothing more is read into it");
        assert!(buffer.capacity() < 64, "it was read into {} bytes", buffer.capacity());
    }

    #[tokio::test]
    async fn messages_that_come_together_are_read_one_by_one() {
        let (mut connection, mut client) = connected().await;
        let sent: Vec<_> = [1, 2_000, 3, 40_000, 250, 5].map(|length| "x".repeat(length)).into();
        let frames: Vec<_> = sent.iter().flat_map(|text| frame(text)).collect();
        client.write_all(&frames).await.expect("sent");
        for sent in sent {
            assert_eq!(received(&mut connection).await.as_str(), sent);
        }
    }
}
