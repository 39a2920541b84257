//! The worker that goes on with runs of automations.

use sportello_domain::{
    automation,
    store::{Queue, Store},
};
use tokio_util::sync::CancellationToken;

/// Goes on with runs. Several processes may each run one: a run is worked on by one of them at a time.
pub struct Runner {
    store: Store,
}

impl Runner {
    /// A runner for the automations of this store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Works until the token is cancelled; the steps that are begun then are finished.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut bell = self.store.bells().bell(Queue::Runs);
        while !shutdown.is_cancelled() {
            match automation::run_due(&self.store).await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::warn!(%error, "runs of automations could not go on"),
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = bell.rung() => {}
            }
        }
    }
}
