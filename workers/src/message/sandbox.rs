//! The worker that moves the messages of sandboxes on.

use sportello_domain::{
    message,
    store::{Queue, Store},
};
use tokio_util::sync::CancellationToken;

/// Works until the token is cancelled; what is begun then is finished. Several processes may each do so.
pub async fn run_sandboxes(store: Store, shutdown: CancellationToken) {
    let mut bell = store.bells().bell(Queue::Messages);
    while !shutdown.is_cancelled() {
        match message::walk_sandboxes(&store).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::warn!(%error, "outgoing messages could not be moved on"),
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = bell.rung() => {}
        }
    }
}
