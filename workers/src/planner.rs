//! The worker that follows every account's log and has its followers plan what the events call for.

use std::time::Duration;

use sportello_domain::{
    log::{self, Follower},
    store::Store,
};
use tokio_util::sync::CancellationToken;

/// How often it looks by itself, though no hint came.
const PERIOD: Duration = Duration::from_secs(1);

/// Plans until the token is cancelled. Several processes may each run one: a position is moved once.
pub async fn run(store: Store, followers: Vec<Box<dyn Follower>>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        match log::follow(&store, &followers).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the log could not be followed; it will be tried again"),
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = store.heads().any() => {}
            () = tokio::time::sleep(PERIOD) => {}
        }
    }
}
