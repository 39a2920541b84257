//! The one that looks at all queues, so that no other worker has to look by itself.

use std::time::Duration;

use sportello_domain::{due, store::Store};
use tokio_util::sync::CancellationToken;

/// How often it looks: what becomes due, or was queued by another process, waits for half as long on average.
const PERIOD: Duration = Duration::from_millis(500);

/// Looks until the token is cancelled.
pub async fn run(store: Store, shutdown: CancellationToken) {
    while shutdown.run_until_cancelled(tokio::time::sleep(PERIOD)).await.is_some() {
        if let Err(error) = due::look(&store).await {
            tracing::warn!(%error, "it cannot be seen what is due; it will be looked again");
        }
    }
}
