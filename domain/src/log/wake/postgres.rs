//! Hints by PostgreSQL's LISTEN and NOTIFY.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sqlx::postgres::PgListener;

use super::{Hints, RECONNECT_AFTER, heard, merged, written};
use crate::store::Store;

const CHANNEL: &str = "sportello_log";
/// How long after one NOTIFY the next comes at the earliest. Each is a commit of its own, with its flush, which many
/// writers would pay as often as their own; the first after a pause goes out at once.
const GATHERING: Duration = Duration::from_millis(10);
/// One commit for the hints of many accounts: they come as words of one text.
const NOTIFY: &str = "SELECT pg_notify($1, hint) FROM string_to_table($2, ' ') AS hint";

/// Tells and listens.
pub(super) async fn run(store: &Store, url: &str, hints: Hints) {
    tokio::select! { () = tell(store, hints) => {}, () = listen(store, url) => {} }
}

/// Sends hints after the commits they tell of, merged: NOTIFY takes a lock of the whole database at commit, so it
/// stays out of the writers' way.
async fn tell(store: &Store, mut hints: Hints) {
    while let Some(latest) = merged(&mut hints).await {
        let words: Vec<_> =
            latest.into_iter().map(|(account_id, sequence)| written(account_id, sequence)).collect();
        let values = [CHANNEL.into(), words.join(" ").into()];
        let notify = Statement::from_sql_and_values(DbBackend::Postgres, NOTIFY, values);
        if let Err(error) = store.reader().execute_raw(notify).await {
            tracing::warn!(error = %error, "cannot notify other nodes; they will look by themselves");
        }
        tokio::time::sleep(GATHERING).await;
    }
}

async fn listen(store: &Store, url: &str) {
    loop {
        if let Err(error) = listen_once(store, url).await {
            tracing::warn!(error = %error, "lost the LISTEN connection; looking at the log by itself meanwhile");
        }
        tokio::time::sleep(RECONNECT_AFTER).await;
    }
}

async fn listen_once(store: &Store, url: &str) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect(url).await?;
    listener.listen(CHANNEL).await?;
    loop {
        heard(store, listener.recv().await?.payload());
    }
}
