//! Hints by core NATS: nothing is kept there, the log stays the truth.

use async_nats::{Client, ConnectOptions, Event};
use futures_util::StreamExt;

use super::{Hints, RECONNECT_AFTER, heard, merged, written};
use crate::store::Store;

const SUBJECT: &str = "sportello.log";

/// Tells and listens. While the server is away, followers look by themselves; the client connects anew by itself.
pub(super) async fn run(store: &Store, url: &str, hints: Hints) {
    let options = ConnectOptions::new().name("sportello").retry_on_initial_connect().event_callback(report);
    let client = loop {
        match options.clone().connect(url).await {
            Ok(client) => break client,
            Err(error) => {
                tracing::warn!(%error, "NATS_URL: cannot connect; looking at the log by itself meanwhile")
            }
        }
        tokio::time::sleep(RECONNECT_AFTER).await;
    };
    tokio::select! { () = tell(&client, hints) => {}, () = listen(store, &client) => {} }
}

async fn report(event: Event) {
    match event {
        Event::Connected => tracing::info!("NATS is connected: it wakes the nodes"),
        event => tracing::warn!(%event, "NATS; without it followers look at the log by themselves"),
    }
}

async fn tell(client: &Client, mut hints: Hints) {
    while let Some(latest) = merged(&mut hints).await {
        for (account_id, sequence) in latest {
            if let Err(error) = client.publish(SUBJECT, written(account_id, sequence).into()).await {
                tracing::warn!(%error, "cannot tell other nodes by NATS; they will look by themselves");
            }
        }
    }
}

async fn listen(store: &Store, client: &Client) {
    loop {
        match client.subscribe(SUBJECT).await {
            Ok(mut messages) => {
                while let Some(message) = messages.next().await {
                    if let Ok(payload) = std::str::from_utf8(&message.payload) {
                        heard(store, payload);
                    }
                }
            }
            Err(error) => {
                tracing::warn!(%error, "cannot listen to NATS; looking at the log by itself meanwhile")
            }
        }
        tokio::time::sleep(RECONNECT_AFTER).await;
    }
}
