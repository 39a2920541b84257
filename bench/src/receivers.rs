//! Receivers of webhooks, each at a port of its own as it would be at a host of its own; the last one may be dead.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use axum::{Json, Router, extract::State, http::StatusCode};
use chrono::DateTime;
use serde::Deserialize;
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::mpsc,
    task::JoinSet,
};

/// How a receiver is dead.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// It takes connections and never answers.
    Silent,
    /// It takes no connections.
    Refusing,
}

/// All of them, until it is dropped.
pub struct Receivers {
    urls: Vec<String>,
    delays: mpsc::UnboundedReceiver<f64>,
    /// Its port stays taken, and refuses.
    _refusing: Option<TcpSocket>,
    _servers: JoinSet<()>,
}

#[derive(Deserialize)]
struct Event {
    timestamp: String,
}

impl Receivers {
    /// Opens so many. The last one's delays are not told, dead or alive.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn open(count: usize, death: Option<Death>) -> Result<Self> {
        let (sender, delays) = mpsc::unbounded_channel();
        let (mut urls, mut servers, mut refusing) = (Vec::new(), JoinSet::new(), None);
        for number in 1..=count {
            let is_last = number == count;
            if is_last && death == Some(Death::Refusing) {
                let socket = TcpSocket::new_v4()?;
                socket.bind(([127, 0, 0, 1], 0).into())?;
                urls.push(format!("http://{}/", socket.local_addr()?));
                refusing = Some(socket);
                continue;
            }
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            urls.push(format!("http://{}/", listener.local_addr()?));
            match death {
                Some(_) if is_last => servers.spawn(keep(listener)),
                _ => servers.spawn(serve(listener, (!is_last).then(|| sender.clone()))),
            };
        }
        Ok(Self { urls, delays, _refusing: refusing, _servers: servers })
    }

    /// Where they are.
    pub fn urls(&self) -> &[String] {
        &self.urls
    }

    /// How long so many webhooks took, in milliseconds from the event's time: waits for all.
    pub async fn take(&mut self, count: usize) -> Vec<f64> {
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count {
            taken.extend(self.delays.recv().await);
        }
        taken
    }
}

/// Takes every connection and reads nothing.
async fn keep(listener: TcpListener) {
    let mut kept = Vec::new();
    while let Ok((stream, _)) = listener.accept().await {
        kept.push(stream);
    }
}

async fn serve(listener: TcpListener, delays: Option<mpsc::UnboundedSender<f64>>) {
    let router = Router::new().fallback(take).with_state(delays);
    // It ends with the task.
    let _ = axum::serve(listener, router).await;
}

async fn take(
    State(delays): State<Option<mpsc::UnboundedSender<f64>>>,
    Json(event): Json<Event>,
) -> StatusCode {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    if let (Some(delays), Ok(at)) = (delays, DateTime::parse_from_rfc3339(&event.timestamp)) {
        // Nobody waits any more: the run is over.
        let _ = delays.send(now.as_secs_f64() * 1e3 - at.timestamp_millis() as f64);
    }
    StatusCode::NO_CONTENT
}
