//! The worker that moves outgoing messages on.

use std::time::Duration;

use sportello_domain::{message, store::Store};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether there is something to do.
const PERIOD: Duration = Duration::from_millis(200);

/// Moves outgoing messages on. Several processes may each run one.
pub struct Courier {
    store: Store,
}

impl Courier {
    /// A courier for the messages of this store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Works until the token is cancelled; what is begun then is finished.
    pub async fn run(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            match message::run_due(&self.store).await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::warn!(%error, "outgoing messages could not be moved on"),
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(PERIOD) => {}
            }
        }
    }
}
