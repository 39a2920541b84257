//! Waking followers: hints between processes, by NATS or PostgreSQL, and a look now and then as the net under them.

mod look;
mod nats;
mod postgres;

use std::{collections::HashMap, time::Duration};

use sea_orm::DbBackend;
use sportello_entity::AccountId;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::store::Store;

/// How long a way that broke is left alone.
const RECONNECT_AFTER: Duration = Duration::from_secs(2);

/// Hints of this process for the others.
type Hints = mpsc::UnboundedReceiver<(AccountId, i64)>;

/// Runs until the token is cancelled. A hint that is lost, doubled or late costs latency, never an event.
pub(crate) async fn run(store: &Store, url: &str, nats_url: Option<&str>, shutdown: CancellationToken) {
    let looking = look::now_and_then(store);
    let telling = async {
        if store.backend() != DbBackend::Postgres {
            return std::future::pending().await;
        }
        let (sender, hints) = mpsc::unbounded_channel();
        store.heads().set_others(sender);
        match nats_url {
            Some(nats_url) => nats::run(store, nats_url, hints).await,
            None => postgres::run(store, url, hints).await,
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = looking => {}
        () = telling => {}
    }
}

/// The next hints, merged: how far each account's log has come at least.
async fn merged(hints: &mut Hints) -> Option<HashMap<AccountId, i64>> {
    let (account_id, sequence) = hints.recv().await?;
    let mut latest = HashMap::from([(account_id, sequence)]);
    while let Ok((account_id, sequence)) = hints.try_recv() {
        latest.insert(account_id, sequence);
    }
    Some(latest)
}

/// A hint as others read it.
fn written(account_id: AccountId, sequence: i64) -> String {
    format!("{}:{sequence}", account_id.0.simple())
}

/// Takes in what another process wrote; what is no hint is none.
fn heard(store: &Store, payload: &str) {
    let parsed = payload.split_once(':').and_then(|(account, sequence)| {
        Some((AccountId(account.parse().ok()?), sequence.parse::<i64>().ok()?))
    });
    if let Some((account_id, sequence)) = parsed {
        store.heads().reaches(account_id, sequence);
    }
}
