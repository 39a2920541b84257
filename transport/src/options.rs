//! What the endpoint allows, and how long it waits.

use std::time::Duration;

/// How an endpoint is set up.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Sizes, counts and times.
    pub limits: Limits,
    /// Origins, as in `https://desk.example`, whose pages may read answers (CORS) and open WebSockets, besides
    /// the endpoint's own host.
    pub allowed_origins: Vec<String>,
    /// Whether whoever connects is a proxy that can be believed: then the last address in `X-Forwarded-For` is
    /// the client's. Only for a server that nobody reaches around its proxy.
    pub trusted_proxies: bool,
    /// Where a person who opens the endpoint in a browser is sent, as in `/graphiql`.
    pub explorer: Option<String>,
}

/// Sizes are in bytes.
#[derive(Clone, Debug)]
pub struct Limits {
    /// An HTTP request's body: larger ones get 413.
    pub body_bytes: usize,
    /// The time within which a body must have arrived, else 408.
    pub body_time: Duration,
    /// The time within which a query or mutation must be answered, else TIMEOUT. A mutation that has begun goes on.
    pub execution_time: Duration,
    /// A WebSocket message: larger ones close with 1009.
    pub message_bytes: usize,
    /// Operations that run on one WebSocket at the same time.
    pub operations_per_socket: usize,
    /// WebSockets, event streams and multipart responses that one credential has open at the same time.
    pub streams_per_credential: usize,
    /// The time within which `connection_init` must come and be answered, else 4408.
    pub init_time: Duration,
    /// How often a WebSocket is pinged. One from which nothing came in two such times is dead.
    pub ping_interval: Duration,
    /// How often a quiet event stream or multipart response gets a heartbeat.
    pub heartbeat_interval: Duration,
    /// What may wait for a client that reads slowly. While so much waits, its streams pause.
    pub send_buffer_bytes: usize,
    /// The time within which a client must take half of that, else it is told that it is too slow, and its streams
    /// end: WebSocket 1013.
    pub stall_time: Duration,
    /// The time a WebSocket gets to read what waits for it and to answer the closing handshake.
    pub close_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            body_time: Duration::from_secs(30),
            execution_time: Duration::from_secs(30),
            message_bytes: 256 * 1024,
            operations_per_socket: 100,
            streams_per_credential: 1_000,
            init_time: Duration::from_secs(10),
            ping_interval: Duration::from_secs(20),
            heartbeat_interval: Duration::from_secs(15),
            send_buffer_bytes: 256 * 1024,
            stall_time: Duration::from_secs(10),
            close_time: Duration::from_secs(5),
        }
    }
}
