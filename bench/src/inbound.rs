//! The way of a customer's message: posted as WhatsApp posts it, and seen by an operator who watches the inbox.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use axum::{Json, Router, extract::Path, routing::get};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::socket::{Subscription, receive};

/// What comes in, and who watches it.
#[derive(clap::Args)]
pub struct Inbound {
    #[command(flatten)]
    subscription: Subscription,
    /// What the row is called.
    #[arg(long)]
    name: String,
    /// WhatsApp's id of the connected number.
    #[arg(long)]
    number: String,
    /// The app secret that signs.
    #[arg(long)]
    secret: String,
    /// How many messages, one after the other.
    #[arg(long, default_value_t = 200)]
    count: usize,
}

/// WhatsApp, as far as connecting a number asks for it: every token fits every number.
pub fn provider() -> Router {
    let number = async |Path((_, id)): Path<(String, String)>| Json(json!({ "id": id }));
    Router::new().route("/{version}/{id}", get(number))
}

/// How long a customer who reads no answers thinks at least: what comes within 10 ms is told together.
const PAUSE: Duration = Duration::from_millis(25);

/// Posts the messages and prints how long each took to be seen, as a row.
///
/// # Errors
/// When one is not taken, or the stream ends.
pub async fn run(inbound: &Inbound) -> Result<()> {
    let mut stream = inbound.subscription.open(TcpSocket::new_v4()?).await?;
    // Everything from here on is told: the first checkpoint has come.
    receive(&mut stream).await?;
    let mut hook = TcpStream::connect(inbound.subscription.address).await?;
    hook.set_nodelay(true)?;
    let mut taken = Vec::with_capacity(inbound.count);
    for number in 0..inbound.count {
        let text = format!("Message {number}");
        let request = inbound.request(&text)?;
        let begun = Instant::now();
        hook.write_all(request.as_bytes()).await?;
        while receive(&mut stream).await?.pointer("/payload/data/chatMessages/message/body")
            != Some(&json!(text))
        {}
        taken.push(begun.elapsed().as_secs_f64() * 1_000.0);
        acknowledged(&mut hook).await?;
        tokio::time::sleep(PAUSE).await;
    }
    taken.sort_by(f64::total_cmp);
    let at = |part: f64| taken[((taken.len() as f64 * part) as usize).min(taken.len() - 1)];
    println!("| {} | {:.1} | {:.1} | {:.1} |", inbound.name, at(0.5), at(0.9), at(1.0));
    Ok(())
}

impl Inbound {
    fn request(&self, text: &str) -> Result<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let message = json!({ "id": format!("wamid.{}", now.as_nanos()), "from": "393510000001",
            "timestamp": now.as_secs().to_string(), "type": "text", "text": { "body": text } });
        let body = envelope(&self.number, &message).to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes())?;
        mac.update(body.as_bytes());
        let signature: String =
            mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(format!(
            "POST /hooks/whatsapp HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {}\r\n\r\n{body}",
            self.subscription.address,
            body.len()
        ))
    }
}

fn envelope(number: &str, message: &Value) -> Value {
    let value = json!({ "messaging_product": "whatsapp", "metadata": { "phone_number_id": number },
        "contacts": [{ "profile": { "name": "Bruno" }, "wa_id": "393510000001" }], "messages": [message] });
    json!({ "object": "whatsapp_business_account",
        "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": value }] }] })
}

/// The hook's answer has no body.
async fn acknowledged(hook: &mut TcpStream) -> Result<()> {
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(hook.read_u8().await?);
    }
    ensure!(answer.starts_with(b"HTTP/1.1 200"), "refused: {}", String::from_utf8_lossy(&answer));
    Ok(())
}
