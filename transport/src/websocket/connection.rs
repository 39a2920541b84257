//! Reading and writing one socket, neither waiting for the other.

use std::{
    collections::VecDeque,
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{Sink, SinkExt, StreamExt};
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
        protocol::frame::{
            Frame,
            coding::{Data, OpCode},
        },
    },
};

use super::close::Close;
use crate::{options::Limits, telemetry::Meters};

/// Larger messages go out in fragments of this size: tungstenite's buffer stays as large as its largest frame, and so
/// that no more is taken from the queue than the socket takes.
const FRAGMENT: usize = 16 * 1024;

/// How many places an empty queue keeps.
const QUEUE_CAPACITY: usize = 16;

/// What is read and thrown away while the peer has not seen that the socket closes.
const DISCARDED: usize = 1024 * 1024;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// A socket and what waits for it to be written.
pub(super) struct Connection {
    socket: Socket,
    queue: VecDeque<Frame>,
    queued_bytes: usize,
    /// Whether something was written and not flushed.
    is_dirty: bool,
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
    taken: usize,
}

impl Connection {
    pub(super) fn new(socket: Socket, limits: &Limits, meters: Arc<Meters>) -> Self {
        Self {
            socket,
            queue: VecDeque::new(),
            queued_bytes: 0,
            is_dirty: false,
            stall: None,
            limit: limits.send_buffer_bytes,
            stall_time: limits.stall_time,
            close_time: limits.close_time,
            meters,
        }
    }

    /// Queues a message; it goes out while [`Connection::receive`] is polled.
    pub(super) fn send(&mut self, message: Utf8Bytes) {
        self.meters.sent_bytes.increment(message.len() as u64);
        self.queued_bytes += message.len();
        self.queue.extend(fragments(message));
        if self.is_full() && self.stall.is_none() {
            self.stall = Some(Stall { deadline: Box::pin(sleep(self.stall_time)), taken: 0 });
        }
    }

    /// Whether operations should pause, until half of what may wait is taken.
    pub(super) fn is_stalled(&self) -> bool {
        self.stall.is_some()
    }

    /// Whether so much waits that answers to the peer's own messages must have piled up.
    pub(super) fn is_flooded(&self) -> bool {
        self.queue.len() > 1 && self.queued_bytes > 2 * self.limit
    }

    fn is_full(&self) -> bool {
        self.queued_bytes >= self.limit
    }

    /// Asks the peer for a sign of life. On a socket that is blocked the ping could only wait behind what blocks
    /// it, which asks the same.
    pub(super) fn ping(&mut self) -> Result<(), Error> {
        if !self.queue.is_empty() || self.is_dirty {
            return Ok(());
        }
        self.is_dirty = true;
        self.socket.start_send_unpin(Message::Ping(Bytes::new()))
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
            self.socket.poll_next_unpin(context).map(|message| match message {
                Some(message) => message.map(Some).map_err(|error| Close::of(&error)),
                None => Err(None),
            })
        });
        let message = message.await?;
        let length = message.as_ref().map_or(0, Message::len);
        self.meters.received_bytes.increment(length as u64);
        Ok(message)
    }

    /// Writes what waits, as far as the socket takes it: several messages at once where several wait.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        while !self.queue.is_empty() {
            ready!(self.socket.poll_ready_unpin(context))?;
            let Some(frame) = self.queue.pop_front() else { break };
            self.took(frame.payload().len());
            self.is_dirty = true;
            self.socket.start_send_unpin(Message::Frame(frame))?;
        }
        self.queue.shrink_to(QUEUE_CAPACITY);
        if self.is_dirty {
            ready!(Pin::new(&mut self.socket).poll_flush(context))?;
            self.is_dirty = false;
        }
        Poll::Ready(Ok(()))
    }

    fn took(&mut self, bytes: usize) {
        self.queued_bytes -= bytes;
        if self.queued_bytes <= self.limit / 2 {
            self.stall = None;
        } else if let Some(stall) = &mut self.stall {
            stall.taken += bytes;
        }
    }

    /// A long message on a slow line is given its time again for each half of the limit that gets through.
    fn poll_too_slow(&mut self, context: &mut Context<'_>) -> bool {
        let Some(stall) = &mut self.stall else { return false };
        while stall.deadline.as_mut().poll(context).is_ready() {
            if stall.taken < self.limit / 2 {
                return true;
            }
            stall.taken = 0;
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

/// A message in pieces that tungstenite can hold.
fn fragments(message: Utf8Bytes) -> impl Iterator<Item = Frame> {
    let mut rest = Some(Bytes::from(message));
    let mut kind = Data::Text;
    std::iter::from_fn(move || {
        let mut whole = rest.take()?;
        let fragment = whole.split_to(whole.len().min(FRAGMENT));
        let frame = Frame::message(fragment, OpCode::Data(kind), whole.is_empty());
        rest = Some(whole).filter(|rest| !rest.is_empty());
        kind = Data::Continue;
        Some(frame)
    })
}

async fn linger(mut raw: TokioIo<Upgraded>) -> std::io::Result<()> {
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
