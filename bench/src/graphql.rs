//! A GraphQL client that is just enough to prepare what is measured.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Where the server listens, and as whom it is asked.
#[derive(Clone, clap::Args)]
pub struct Client {
    /// Where the server listens.
    #[arg(long)]
    address: SocketAddr,
    /// The bearer token.
    #[arg(long)]
    token: String,
}

impl Client {
    /// Sends a mutation with its input, and gives its payload.
    ///
    /// # Errors
    /// When it is refused, or there is no answer.
    pub async fn mutate(&self, document: &str, input: Value) -> Result<Value> {
        let body = json!({ "query": document, "variables": { "input": input } }).to_string();
        let answer: Value = serde_json::from_str(&self.post(&body).await?)?;
        let payload = answer["data"].as_object().and_then(|data| data.values().next()).cloned();
        let payload = payload.with_context(|| answer.to_string())?;
        ensure!(payload["userErrors"].as_array().is_none_or(Vec::is_empty), "refused: {payload}");
        Ok(payload)
    }

    /// HTTP/1.0: the answer ends with the connection.
    async fn post(&self, body: &str) -> Result<String> {
        let Self { address, token } = self;
        let mut stream = TcpStream::connect(address).await?;
        let request = format!(
            "POST /graphql HTTP/1.0\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let (_, body) = answer.split_once("\r\n\r\n").context("no answer")?;
        Ok(body.to_owned())
    }
}
