//! The worker that goes on with runs of automations.

use std::time::Duration;

use sportello_domain::{automation, store::Store};
use tokio_util::sync::CancellationToken;

/// How often it looks by itself: for waits that are over, and for runs that another process planned.
const PERIOD: Duration = Duration::from_millis(500);

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
        let mut progress = self.store.progress().listen();
        while !shutdown.is_cancelled() {
            // What was told until now is looked at in this round.
            while progress.try_recv().is_ok() {}
            match automation::run_due(&self.store).await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::warn!(%error, "runs of automations could not go on"),
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                _ = progress.recv() => {}
                () = tokio::time::sleep(PERIOD) => {}
            }
        }
    }
}
