//! A TCP proxy of a test's own, which cuts connections when it is told to, or when they are quiet.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{
        TcpListener, TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use crate::run::in_time;

/// Hands bytes on between clients and a server.
pub struct Proxy {
    /// Where clients connect.
    pub address: SocketAddr,
    line: Line,
    accepting: JoinHandle<()>,
}

/// What all connections share.
#[derive(Clone)]
struct Line {
    target: watch::Sender<SocketAddr>,
    /// Moves when all connections are to be cut.
    cut: watch::Sender<()>,
    count: watch::Sender<Count>,
    /// For how long the server may say nothing.
    patience: Duration,
}

/// How many connections are open, and how many were cut.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    open: usize,
    resets: usize,
}

impl Proxy {
    /// Hands on to the server at this address.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn before(target: SocketAddr) -> Self {
        Self::with_patience(target, Duration::MAX).await
    }

    /// The same, and cuts whoever the server says nothing to for so long.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn with_patience(target: SocketAddr, patience: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let line = Line {
            target: watch::Sender::new(target),
            cut: watch::Sender::new(()),
            count: watch::Sender::default(),
            patience,
        };
        let accepting = tokio::spawn(accept(listener, line.clone()));
        Self { address, line, accepting }
    }

    /// Hands new connections on to another server.
    pub fn point_at(&self, target: SocketAddr) {
        self.line.target.send_replace(target);
    }

    /// Resets every connection, on both sides; waits until there is one.
    pub async fn reset(&self) {
        let mut count = self.line.count.subscribe();
        let before = count.borrow().resets;
        in_time("a reset", async {
            while count.borrow().resets == before {
                let seen = *count.wait_for(|count| count.open > 0 || count.resets > before).await?;
                self.line.cut.send_replace(());
                count.wait_for(|count| *count != seen).await?;
            }
            Ok::<_, watch::error::RecvError>(())
        })
        .await
        .expect("the line is held");
    }

    /// How many connections were cut.
    pub fn resets(&self) -> usize {
        self.line.count.borrow().resets
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, line: Line) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else { continue };
                connections.spawn(hand_on(client, line.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn hand_on(mut client: TcpStream, line: Line) {
    let mut cut = line.cut.subscribe();
    line.count.send_modify(|count| count.open += 1);
    let target = *line.target.borrow();
    let mut is_cut = false;
    if let Ok(mut server) = TcpStream::connect(target).await {
        is_cut = tokio::select! {
            passed = pass(&mut client, &mut server, line.patience) => passed.is_err(),
            _ = cut.changed() => true,
        };
        if is_cut {
            // A socket that cannot be reset is closed.
            let _ = (client.set_zero_linger(), server.set_zero_linger());
        }
    }
    line.count.send_modify(|count| {
        count.open -= 1;
        count.resets += usize::from(is_cut);
    });
}

/// Until one of the two has said all, or the server says nothing for too long, which is an error.
async fn pass(client: &mut TcpStream, server: &mut TcpStream, patience: Duration) -> io::Result<()> {
    let ((mut asks, answers), (told, mut asked)) = (client.split(), server.split());
    tokio::select! {
        sent = copy(&mut asks, &mut asked) => sent.map(drop),
        told = tell(told, answers, patience) => told,
    }
}

async fn tell(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, patience: Duration) -> io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        match timeout(patience, from.read(&mut buffer)).await?? {
            0 => return Ok(()),
            length => to.write_all(&buffer[..length]).await?,
        }
    }
}
