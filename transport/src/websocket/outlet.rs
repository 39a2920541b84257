//! The way out of one socket. Its own task writes through it, and groups that tell its client something do, from theirs:
//! waking a task for each of ten thousand sockets costs as much as writing to them.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
};

use bytes::{Buf, BufMut, BytesMut};
use futures_util::task::AtomicWaker;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A socket, and what waits for it to take it: whole frames, in order.
pub(crate) struct Outlet {
    state: Mutex<State>,
    /// The socket's own task.
    waker: AtomicWaker,
    /// How many bytes may wait.
    limit: usize,
}

struct State {
    io: TokioIo<Upgraded>,
    waiting: BytesMut,
    /// How many bytes the socket has taken in all.
    taken: u64,
}

/// How much waits in an outlet, and how much it has taken in all, in bytes.
#[derive(Clone, Copy)]
pub(super) struct Level {
    pub(super) waiting: usize,
    pub(super) taken: u64,
}

impl Outlet {
    pub(super) fn new(io: TokioIo<Upgraded>, limit: usize) -> Arc<Self> {
        let state = State { io, waiting: BytesMut::new(), taken: 0 };
        Arc::new(Self { state: Mutex::new(state), waker: AtomicWaker::new(), limit })
    }

    /// Queues a frame, for the socket's own task, which writes it when it polls [`Outlet::poll_write`] next.
    pub(super) fn queue(&self, put: impl FnOnce(&mut BytesMut)) {
        put(&mut self.state().waiting);
    }

    pub(super) fn level(&self) -> Level {
        let state = self.state();
        Level { waiting: state.waiting.len(), taken: state.taken }
    }

    /// Writes what waits, for the socket's own task.
    pub(super) fn poll_write(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.waker.register(context.waker());
        self.state().poll_drain(context)
    }

    /// Writes whole frames at once, as far as the socket takes them, and leaves the rest to the socket's own task. To be
    /// called where tokio's budget does not apply. False: too much waits, or the socket is broken; nothing was taken.
    pub(crate) fn deliver(&self, frames: &[u8]) -> bool {
        let mut state = self.state();
        if state.waiting.len() >= self.limit {
            return false;
        }
        if !state.waiting.is_empty() {
            state.waiting.put_slice(frames);
            return true;
        }
        let written = state.try_write(frames);
        let rest = &frames[written.as_ref().map_or(frames.len(), |written| *written)..];
        state.waiting.put_slice(rest);
        drop(state);
        if written.is_err() || !rest.is_empty() {
            self.waker.wake();
        }
        written.is_ok()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn poll_drain(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.waiting.is_empty() {
            let written = ready!(Pin::new(&mut self.io).poll_write(context, &self.waiting))?;
            self.took(written)?;
            self.waiting.advance(written);
        }
        // What once waited is not kept for the socket's life.
        self.waiting = BytesMut::new();
        Poll::Ready(Ok(()))
    }

    /// What the socket takes at once of frames that nothing waits before.
    fn try_write(&mut self, frames: &[u8]) -> io::Result<usize> {
        let mut context = Context::from_waker(Waker::noop());
        match Pin::new(&mut self.io).poll_write(&mut context, frames) {
            Poll::Ready(written) => self.took(written?),
            Poll::Pending => Ok(0),
        }
    }

    fn took(&mut self, written: usize) -> io::Result<usize> {
        self.taken += written as u64;
        if written == 0 { Err(io::ErrorKind::WriteZero.into()) } else { Ok(written) }
    }
}

/// The socket as tungstenite reads it, and writes what it answers by itself: pongs and the closing handshake. It writes
/// whole frames, which are taken as a whole, so that none comes into the middle of another.
pub(super) struct Line {
    outlet: Arc<Outlet>,
    /// Whether what is read next is a frame's beginning, or may be.
    begins: bool,
}

impl Line {
    pub(super) fn new(outlet: Arc<Outlet>) -> Self {
        Self { outlet, begins: true }
    }

    /// A message was read: what comes next is another frame.
    pub(super) fn begin_frame(&mut self) {
        self.begins = true;
    }
}

/// The longest header of a frame: RFC 6455, section 5.2.
const HEADER: usize = 14;

impl AsyncRead for Line {
    /// Of a frame its header is read first, and little more. tungstenite makes as much room as a frame is long beside what
    /// is there of it already: what has been read ahead would be room to spare, and keep the whole buffer.
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.begins {
            return Pin::new(&mut self.outlet.state().io).poll_read(context, buffer);
        }
        let mut header = [0; HEADER];
        let mut first = ReadBuf::new(&mut header[..HEADER.min(buffer.remaining())]);
        ready!(Pin::new(&mut self.outlet.state().io).poll_read(context, &mut first))?;
        buffer.put_slice(first.filled());
        self.begins = false;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut state = self.outlet.state();
        if state.waiting.len() >= self.outlet.limit {
            ready!(state.poll_drain(context))?;
        }
        state.waiting.put_slice(bytes);
        if let Poll::Ready(Err(error)) = state.poll_drain(context) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outlet.state().poll_drain(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.outlet.state();
        ready!(state.poll_drain(context))?;
        Pin::new(&mut state.io).poll_shutdown(context)
    }
}

/// The first byte of a text message in one frame, and of a ping: RFC 6455, section 5.2.
const TEXT: u8 = 0x81;
const PING: u8 = 0x89;

/// Writes a text message of these parts as one frame of a server: RFC 6455, section 5.2.
pub(crate) fn put_text(out: &mut impl BufMut, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    out.put_u8(TEXT);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ ..=125), _) => out.put_u8(length),
        (_, Ok(length)) => {
            out.put_u8(126);
            out.put_u16(length);
        }
        _ => {
            out.put_u8(127);
            out.put_u64(length as u64);
        }
    }
    parts.iter().for_each(|part| out.put_slice(part));
}

/// Writes a ping without a payload.
pub(super) fn put_ping(out: &mut impl BufMut) {
    out.put_slice(&[PING, 0]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_says_how_long_it_is() {
        for (length, header) in [
            (0, &[0x81, 0][..]),
            (125, &[0x81, 125]),
            (126, &[0x81, 126, 0, 126]),
            (65_535, &[0x81, 126, 0xff, 0xff]),
            (65_536, &[0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let (text, mut frame) = ("x".repeat(length), Vec::new());
            let (first, second) = text.as_bytes().split_at(length / 2);
            put_text(&mut frame, &[first, second]);
            assert_eq!(frame, [header, text.as_bytes()].concat());
        }
    }
}
