//! Hints by PostgreSQL's LISTEN and NOTIFY.

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sqlx::postgres::PgListener;

use super::{Hints, RECONNECT_AFTER, heard, merged, written};
use crate::store::Store;

const CHANNEL: &str = "sportello_log";

/// Tells and listens.
pub(super) async fn run(store: &Store, url: &str, hints: Hints) {
    tokio::select! { () = tell(store, hints) => {}, () = listen(store, url) => {} }
}

/// Sends hints after the commits they tell of, merged: NOTIFY takes a lock of the whole database at commit, so it
/// stays out of the writers' way.
async fn tell(store: &Store, mut hints: Hints) {
    while let Some(latest) = merged(&mut hints).await {
        for (account_id, sequence) in latest {
            let values = [CHANNEL.into(), written(account_id, sequence).into()];
            let notify =
                Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_notify($1, $2)", values);
            if let Err(error) = store.reader().execute_raw(notify).await {
                tracing::warn!(error = %error, "cannot notify other nodes; they will look by themselves");
            }
        }
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
