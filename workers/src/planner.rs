//! The worker that follows every account's log and has its followers plan what the events call for.

use std::time::Duration;

use sportello_domain::{
    log::{self, Follower, Round},
    store::Store,
};
use tokio_util::sync::CancellationToken;

/// How often it looks by itself, though no hint came.
const PERIOD: Duration = Duration::from_secs(1);
/// What comes within this time after a round is planned together: a transaction costs as much as many events.
const GATHERING: Duration = Duration::from_millis(100);

/// Plans until the token is cancelled. Several processes may each run one: a position is moved once.
pub async fn run(store: Store, followers: Vec<Box<dyn Follower>>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        match log::follow(&store, &followers).await {
            Ok(Round::Full) => continue,
            Ok(Round::Planned | Round::Idle) => {}
            Err(error) => tracing::warn!(%error, "the log could not be followed; it will be tried again"),
        }
        let news = async {
            tokio::time::sleep(GATHERING).await;
            tokio::time::timeout(PERIOD, store.heads().any()).await
        };
        // Whether it heard of news or not, it looks.
        let _ = shutdown.run_until_cancelled(news).await;
    }
}
