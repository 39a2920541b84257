//! What the provider sends: stored and acknowledged, then worked on in order.

use serde_json::Value as Json;
use sportello_domain::{
    Result,
    hook::{self, Outcome},
    store::{Queue, Store},
};
use sportello_entity::hook_body;
use tokio_util::sync::CancellationToken;

use super::incoming;

/// How often working on a body is tried.
const MOST_ATTEMPTS: i32 = 6;

/// Where the provider's bodies arrive. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    store: Store,
}

impl Inbox {
    /// The inbox of this store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Stores a body. Once this returns it may be acknowledged.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn take(&self, body: &str) -> Result<()> {
        hook::store_body(&self.store, body).await
    }

    /// Works on what has arrived until the token is cancelled; what is begun then is finished.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut bell = self.store.bells().bell(Queue::Bodies);
        while !shutdown.is_cancelled() {
            if let Err(error) = self.work(&shutdown).await {
                tracing::warn!(%error, "what WhatsApp has sent could not be worked on; it will be tried again");
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = bell.rung() => {}
            }
        }
    }

    async fn work(&self, shutdown: &CancellationToken) -> Result<()> {
        if hook::next(&self.store).await?.is_none() {
            return Ok(());
        }
        let Some(_turn) = hook::take_turn(&self.store).await? else { return Ok(()) };
        while !shutdown.is_cancelled() {
            let Some(body) = hook::next(&self.store).await? else { break };
            let outcome = self.work_on(&body).await;
            hook::settle(&self.store, &body, outcome).await?;
        }
        Ok(())
    }

    async fn work_on(&self, body: &hook_body::Model) -> Outcome {
        // Only JSON is stored.
        let parsed: Json = serde_json::from_str(&body.body).unwrap_or_default();
        let failed = incoming::work_on(&self.store, &parsed).await;
        match failed {
            0 => Outcome::Done,
            _ if body.attempts + 1 >= MOST_ATTEMPTS => {
                tracing::error!(hook_body.id = %body.id, failed, "a part of what WhatsApp sent is given up");
                Outcome::GivenUp
            }
            _ => {
                let pause = 1_i64 << (2 * body.attempts.clamp(0, 6));
                Outcome::Later(self.store.now().plus_seconds(pause))
            }
        }
    }
}
