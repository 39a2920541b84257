//! The worker that moves the messages of sandboxes on.

use std::time::Duration;

use sportello_domain::{message, store::Store};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether there is something to do.
const PERIOD: Duration = Duration::from_millis(200);

/// Works until the token is cancelled; what is begun then is finished. Several processes may each do so.
pub async fn run_sandboxes(store: Store, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        match message::walk_sandboxes(&store).await {
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
