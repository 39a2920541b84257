//! The worker that follows every account's log and has its followers plan what the events call for.

use std::time::Duration;

use sportello_domain::{
    log::{self, Follower, Round},
    store::{Queue, Store},
};
use tokio_util::sync::CancellationToken;

/// How often it looks by itself: for what another process has written, and has not planned.
const PERIOD: Duration = Duration::from_secs(1);
/// What comes within this time after a round is planned together: a transaction costs as much as many events.
const GATHERING: Duration = Duration::from_millis(100);

/// Plans until the token is cancelled. Several processes may each run one: a position is moved once.
pub async fn run(store: Store, followers: Vec<Box<dyn Follower>>, shutdown: CancellationToken) {
    let mut bell = store.bells().bell(Queue::Events);
    while !shutdown.is_cancelled() {
        match log::follow(&store, &followers).await {
            Ok(Round::Full) => continue,
            Ok(Round::Planned | Round::Idle) => {}
            Err(error) => tracing::warn!(%error, "the log could not be followed; it will be tried again"),
        }
        let news = async {
            tokio::time::sleep(GATHERING).await;
            bell.within(PERIOD).await;
        };
        // It looks, or it ends.
        let _ = shutdown.run_until_cancelled(news).await;
    }
}
