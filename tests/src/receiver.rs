//! A receiver of webhooks: keeps what it is sent and answers as it is told to.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::Value as Json;
use tokio::{net::TcpListener, sync::Notify};

use crate::run::in_time;

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// All headers.
    pub headers: HeaderMap,
    /// The body, to the byte.
    pub bytes: Vec<u8>,
    /// The same, read.
    pub body: Json,
    /// What it was answered with.
    pub status: u16,
}

impl Received {
    /// A header's text; "" where there is none.
    ///
    /// # Panics
    /// When it is no text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("a text")).unwrap_or_default()
    }

    /// The ticket, contact … that it tells of.
    pub fn subject(&self) -> &str {
        self.body["orderingKey"].as_str().expect("a text")
    }

    /// The event's place in the log.
    pub fn sequence(&self) -> u64 {
        self.body["sequence"].as_u64().expect("a number")
    }
}

/// How a request is answered.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(HeaderName, HeaderValue)>,
    pause: Duration,
}

impl Reply {
    /// With this status at once.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), pause: Duration::ZERO }
    }

    /// With this header too.
    ///
    /// # Panics
    /// When the value is none of a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((HeaderName::from_static(name), value.parse().expect("a header's value")));
        self
    }

    /// After this time.
    #[must_use]
    pub fn after(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }
}

/// Says how a request is answered.
type Rule = Box<dyn Fn(&Received) -> Reply + Send>;

struct Inside {
    received: Mutex<Vec<Received>>,
    arrived: Notify,
    replies: Mutex<VecDeque<Reply>>,
    rule: Mutex<Rule>,
}

/// A receiver that is open.
#[derive(Clone)]
pub struct Receiver {
    /// Where it listens.
    pub address: SocketAddr,
    inside: Arc<Inside>,
}

impl Receiver {
    /// Opens one on a free port. It takes everything with 204.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("an address");
        let inside = Arc::new(Inside {
            received: Mutex::default(),
            arrived: Notify::new(),
            replies: Mutex::default(),
            rule: Mutex::new(Box::new(|_| Reply::status(204))),
        });
        let router = Router::new().fallback(take).with_state(inside.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, inside }
    }

    /// What an endpoint's URL is set to.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Answers the next requests like this, one after the other.
    ///
    /// # Panics
    /// When another holder has panicked.
    pub fn replies(&self, replies: impl IntoIterator<Item = Reply>) {
        self.inside.replies.lock().expect("not poisoned").extend(replies);
    }

    /// Answers all others by this rule.
    ///
    /// # Panics
    /// When another holder has panicked.
    pub fn answers(&self, rule: impl Fn(&Received) -> Reply + Send + 'static) {
        *self.inside.rule.lock().expect("not poisoned") = Box::new(rule);
    }

    /// What has come so far.
    ///
    /// # Panics
    /// When another holder has panicked.
    pub fn received(&self) -> Vec<Received> {
        self.inside.received.lock().expect("not poisoned").clone()
    }

    /// Waits until so many requests have come, and gives all.
    ///
    /// # Panics
    /// When they do not come in time.
    pub async fn receives(&self, count: usize) -> Vec<Received> {
        self.until(&format!("{count} webhooks"), |received| received.len() >= count).await
    }

    /// Waits until what has come is enough, and gives all.
    ///
    /// # Panics
    /// When it does not come in time.
    pub async fn until(&self, what: &str, is_enough: impl Fn(&[Received]) -> bool) -> Vec<Received> {
        let wait = async {
            loop {
                let arrived = self.inside.arrived.notified();
                let received = self.received();
                if is_enough(&received) {
                    return received;
                }
                arrived.await;
            }
        };
        in_time(what, wait).await
    }
}

async fn take(State(inside): State<Arc<Inside>>, headers: HeaderMap, bytes: Bytes) -> Response {
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    let mut received = Received { headers, bytes: bytes.to_vec(), body, status: 0 };
    let next = inside.replies.lock().expect("not poisoned").pop_front();
    let reply = next.unwrap_or_else(|| (inside.rule.lock().expect("not poisoned"))(&received));
    received.status = reply.status;
    inside.received.lock().expect("not poisoned").push(received);
    inside.arrived.notify_waiters();
    tokio::time::sleep(reply.pause).await;
    let mut response = StatusCode::from_u16(reply.status).expect("a status").into_response();
    response.headers_mut().extend(reply.headers);
    response
}
