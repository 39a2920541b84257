//! One request to one receiver, with everything that a receiver could do to harm the desk bounded.

use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use reqwest::{Client, Response, header::RETRY_AFTER, redirect::Policy};
use sportello_domain::webhook::reachable;
use sportello_entity::Timestamp;

use super::resolver::PublicOnly;

/// How long a receiver may take, from connecting to the end of its answer.
const TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How much of an answer is read: enough to say what went wrong.
const EXCERPT_BYTES: usize = 1_024;
const EXCERPT_CHARACTERS: usize = 300;

/// A signed message.
pub(super) struct Message {
    pub(super) id: String,
    pub(super) seconds: i64,
    pub(super) signature: String,
    pub(super) attempt: u32,
    pub(super) body: Vec<u8>,
}

/// What a receiver answered.
pub(super) struct Answer {
    pub(super) status_code: u16,
    /// How long it wants to be left alone.
    pub(super) retry_after_seconds: Option<i64>,
    /// What it said, cut; empty for a success.
    pub(super) excerpt: String,
}

/// Sends messages.
pub(super) struct Sender {
    client: Client,
    allow_private: bool,
}

impl Sender {
    /// # Errors
    /// When TLS cannot be set up.
    pub(super) fn try_new(allow_private: bool) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent("Sportello-Webhooks/1")
            .redirect(Policy::none())
            .referer(false)
            // A proxy would connect for us, and to whatever a name means to it.
            .no_proxy()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(Duration::from_secs(30));
        let client = if allow_private { client } else { client.dns_resolver(Arc::new(PublicOnly)) };
        Ok(Self { client: client.build()?, allow_private })
    }

    /// Sends a message.
    ///
    /// # Errors
    /// Why there was no answer, as a sentence for whoever looks after the receiver.
    pub(super) async fn send(&self, url: &str, message: Message, now: Timestamp) -> Result<Answer, String> {
        // Addresses in the URL itself are never resolved, so they are checked here.
        let url = reachable(url, self.allow_private).map_err(|problem| format!("the URL {problem}"))?;
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.seconds)
            .header("webhook-signature", message.signature)
            .header("webhook-attempt", message.attempt)
            .body(message.body);
        let response = request.send().await.map_err(problem)?;
        let retry_after_seconds = retry_after(&response, now);
        let status = response.status();
        let excerpt = if status.is_success() { String::new() } else { excerpt(response).await };
        Ok(Answer { status_code: status.as_u16(), retry_after_seconds, excerpt })
    }
}

/// The innermost cause says most.
fn problem(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} seconds", TIMEOUT.as_secs());
    }
    let mut cause: &dyn std::error::Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let what = if error.is_connect() { "no connection" } else { "no answer" };
    format!("{what}: {cause}")
}

/// RFC 9110, section 10.2.3: seconds, or a date.
fn retry_after(response: &Response, now: Timestamp) -> Option<i64> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    text.parse().ok().or_else(|| {
        let date = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(i64::try_from(date.as_secs()).ok()?.saturating_sub(now.0 / 1000))
    })
}

async fn excerpt(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < EXCERPT_BYTES {
        // An answer that breaks off still says what it has said.
        let Ok(Some(chunk)) = response.chunk().await else { break };
        bytes.extend_from_slice(&chunk[..chunk.len().min(EXCERPT_BYTES - bytes.len())]);
    }
    let text: String = String::from_utf8_lossy(&bytes)
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(EXCERPT_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message { id: "msg_1".into(), seconds: 1, signature: "v1,x".into(), attempt: 1, body: b"{}".to_vec() }
    }

    #[tokio::test]
    async fn nothing_is_sent_to_a_private_address() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let sender = Sender::try_new(false).unwrap();
        for url in [
            format!("https://127.0.0.1:{port}/"),
            format!("http://127.0.0.1:{port}/"),
            format!("https://[::ffff:127.0.0.1]:{port}/"),
            format!("https://2130706433:{port}/"),
            format!("https://localhost:{port}/"),
        ] {
            assert!(sender.send(&url, message(), Timestamp(0)).await.is_err(), "{url}");
        }
        let accepted = tokio::time::timeout(Duration::from_millis(100), listener.accept()).await;
        assert!(accepted.is_err(), "nobody has connected");
    }
}
