//! The same database, in the past: a store of its own whose clock is walked from deed to deed.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use sea_orm::{DbBackend, sqlx::ConnectOptions};
use sportello_domain::{
    clock::Clock,
    store::{Store, StoreSettings},
};
use sportello_entity::Timestamp;

use super::account::is_empty;

/// A clock that stands until it is walked on.
pub(super) struct WalkingClock(AtomicI64);

impl WalkingClock {
    pub(super) fn starting(at: Timestamp) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(at.0)))
    }

    /// Goes to this moment; never back.
    pub(super) fn walk_to(&self, moment: Timestamp) {
        self.0.fetch_max(moment.0, Ordering::SeqCst);
    }
}

impl Clock for WalkingClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// Opens the database of `store` once more, with this clock.
///
/// # Errors
/// It cannot be reached, or holds accounts although that of `store` holds none: then it is another one.
pub(super) async fn open(store: &Store, clock: Arc<WalkingClock>) -> anyhow::Result<Store> {
    let settings = StoreSettings { max_connections: 2, clock, ..StoreSettings::new(url(store)) };
    let past = Store::connect(settings).await?;
    anyhow::ensure!(is_empty(&past).await?, "another database was opened than the one to be filled");
    Ok(past)
}

/// The address that `store` was opened with, as its connections know it.
fn url(store: &Store) -> String {
    if store.backend() != DbBackend::Postgres {
        return store.reader().get_sqlite_connection_pool().connect_options().to_url_lossy().to_string();
    }
    let options = store.reader().get_postgres_connection_pool().connect_options();
    let mut url = options.to_url_lossy();
    // They are what is lost otherwise, and they may choose the schema.
    if let Some(text) = options.get_options() {
        url.query_pairs_mut().append_pair("options", text);
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_never_goes_back() {
        let clock = WalkingClock::starting(Timestamp(10));
        clock.walk_to(Timestamp(30));
        clock.walk_to(Timestamp(20));
        assert_eq!(clock.now(), Timestamp(30));
    }
}
