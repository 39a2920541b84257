//! Every setting with its default. `sportello.default.toml` says the same with comments; a test holds the two together.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::{
    secret::Secret,
    value::{BaseUrl, blank},
};

/// All settings of one server.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where everything is kept.
    pub database: Database,
    /// How the server is reached.
    pub server: Server,
    /// Who may come in.
    pub accounts: Accounts,
    /// What the endpoint allows.
    pub graphql: Graphql,
    /// E-mail.
    pub mail: Mail,
    /// What is kept how long.
    pub retention: Retention,
    /// Logs and traces.
    pub log: Log,
    /// Customers' messages.
    pub whatsapp: WhatsApp,
    /// Outgoing webhooks.
    pub webhooks: Webhooks,
    /// Not used yet.
    pub wake_up: WakeUp,
}

/// Where everything is kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite:` or `postgres:`. May hold a password.
    pub url: Secret,
    /// Connections that one server opens at most.
    pub max_connections: u32,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: Secret::new("sqlite://sportello.db?mode=rwc"), max_connections: 10 }
    }
}

/// How the server is reached.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How the world reaches the server: links in e-mails, allowed origins.
    pub public_url: BaseUrl,
    /// The dashboard that e-mails link to.
    #[serde(with = "blank")]
    pub app_url: Option<BaseUrl>,
    /// Whether clients' addresses are read from `X-Forwarded-For`: only behind a proxy that nobody gets around.
    pub trusted_proxies: bool,
    /// Signs tokens and encrypts stored credentials; at least 32 characters.
    #[serde(with = "blank")]
    pub secret: Option<Secret>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8000)),
            public_url: BaseUrl::local(),
            app_url: None,
            trusted_proxies: false,
            secret: None,
        }
    }
}

/// Who may come in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Accounts {
    /// Life of an access token, in seconds.
    pub access_token_seconds: u32,
    /// Where an identity provider publishes its keys.
    #[serde(with = "blank")]
    pub jwks_url: Option<String>,
    /// The `iss` that its tokens must carry.
    #[serde(with = "blank")]
    pub jwt_issuer: Option<String>,
    /// The `aud` that its tokens must carry.
    #[serde(with = "blank")]
    pub jwt_audience: Option<String>,
}

impl Default for Accounts {
    fn default() -> Self {
        Self { access_token_seconds: 900, jwks_url: None, jwt_issuer: None, jwt_audience: None }
    }
}

/// What the endpoint allows.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Graphql {
    /// Whether everybody may read the schema from the server.
    pub introspection: bool,
    /// Requests of one credential in a minute; 0: no limit.
    pub rate_limit_per_minute: u32,
    /// Largest request body, in bytes.
    pub body_bytes: usize,
    /// How long a query or mutation may take, in seconds.
    pub execution_seconds: u64,
    /// Operations on one WebSocket at the same time.
    pub operations_per_socket: usize,
    /// WebSockets and streams of one credential at the same time.
    pub streams_per_credential: usize,
}

impl Default for Graphql {
    fn default() -> Self {
        Self {
            introspection: true,
            rate_limit_per_minute: 1200,
            body_bytes: 1024 * 1024,
            execution_seconds: 30,
            operations_per_socket: 100,
            streams_per_credential: 1000,
        }
    }
}

/// E-mail.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// `smtp(s)://user:password@host:port`; unset: mails are logged, not sent.
    #[serde(with = "blank")]
    pub smtp_url: Option<Secret>,
    /// Who the mails are from, as in `Sportello <desk@example.org>`.
    #[serde(with = "blank")]
    pub from: Option<String>,
    /// A ticket's changes within so many seconds go into one mail; 0: each has its own.
    pub merge_seconds: u32,
    /// The first pause of every retry schedule, in seconds; the others grow from it.
    pub retry_base_seconds: u32,
}

impl Default for Mail {
    fn default() -> Self {
        Self { smtp_url: None, from: None, merge_seconds: 0, retry_base_seconds: 5 }
    }
}

/// What is kept how long.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Days for which events are kept; 0: for ever.
    pub event_days: u32,
    /// Days for which a deleted ticket can be restored.
    pub restore_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { event_days: 0, restore_days: 30 }
    }
}

/// Logs and traces.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// What is logged: a level, or directives as in `info,sportello_domain=debug`.
    pub filter: String,
    /// How lines look.
    pub format: LogFormat,
    /// Base address of an OpenTelemetry collector that takes OTLP over HTTP.
    #[serde(with = "blank")]
    pub otlp_endpoint: Option<BaseUrl>,
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info".to_owned(), format: LogFormat::Auto, otlp_endpoint: None }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// WhatsApp's Cloud API.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct WhatsApp {
    /// Base of the Cloud API; unset: Meta's.
    #[serde(with = "blank")]
    pub api_url: Option<BaseUrl>,
    /// The Meta app's secret.
    #[serde(with = "blank")]
    pub app_secret: Option<Secret>,
    /// The Meta app's verify token.
    #[serde(with = "blank")]
    pub verify_token: Option<Secret>,
}

/// Outgoing webhooks.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhooks {
    /// Whether webhooks may reach private addresses and plain http.
    pub allow_private: bool,
}

/// Not used yet.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct WakeUp {
    /// NATS server for wake-ups between nodes.
    #[serde(with = "blank")]
    pub nats_url: Option<Secret>,
}
