//! Waking followers: PostgreSQL's LISTEN/NOTIFY between processes, and a look now and then as the net under it.

use std::{collections::HashMap, time::Duration};

use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Statement};
use sportello_entity::{AccountId, log_head};
use sqlx::postgres::PgListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{Result, store::Store};

const CHANNEL: &str = "sportello_log";
const LOOK_EVERY: Duration = Duration::from_secs(1);
const RECONNECT_AFTER: Duration = Duration::from_secs(2);

/// Runs until the token is cancelled.
pub(crate) async fn run(store: &Store, url: &str, shutdown: CancellationToken) {
    let looking = look_now_and_then(store);
    if store.backend() == DbBackend::Postgres {
        let (sender, hints) = mpsc::unbounded_channel();
        store.heads().set_others(sender);
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = looking => {}
            () = tell(store, hints) => {}
            () = listen(store, url) => {}
        }
    } else {
        tokio::select! { () = shutdown.cancelled() => {}, () = looking => {} }
    }
}

/// The net: a lost hint costs a second and never an event.
async fn look_now_and_then(store: &Store) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = look(store).await {
            tracing::warn!(error = %error, "cannot look at the heads of the log; will look again");
        }
    }
}

async fn look(store: &Store) -> Result<()> {
    let accounts = store.heads().watched();
    for some in accounts.chunks(500) {
        let ids = some.iter().copied();
        let found = log_head::Entity::find().filter(log_head::Column::AccountId.is_in(ids));
        for head in found.all(store.reader()).await? {
            store.heads().advance(head.account_id, head.sequence);
        }
    }
    store.heads().look();
    Ok(())
}

/// Sends hints after the commits they tell of, merged: NOTIFY takes a lock of the whole database at commit, so it
/// stays out of the writers' way.
async fn tell(store: &Store, mut hints: mpsc::UnboundedReceiver<(AccountId, i64)>) {
    while let Some((account_id, sequence)) = hints.recv().await {
        let mut latest = HashMap::from([(account_id, sequence)]);
        while let Ok((account_id, sequence)) = hints.try_recv() {
            latest.insert(account_id, sequence);
        }
        for (account_id, sequence) in latest {
            let payload = format!("{}:{sequence}", account_id.0.simple());
            let values = [CHANNEL.into(), payload.into()];
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

async fn listen_once(store: &Store, url: &str) -> std::result::Result<(), sqlx::Error> {
    let mut listener = PgListener::connect(url).await?;
    listener.listen(CHANNEL).await?;
    loop {
        let notification = listener.recv().await?;
        if let Some((account_id, sequence)) = parsed(notification.payload()) {
            store.heads().advance(account_id, sequence);
        }
    }
}

fn parsed(payload: &str) -> Option<(AccountId, i64)> {
    let (account, sequence) = payload.split_once(':')?;
    Some((AccountId(account.parse().ok()?), sequence.parse().ok()?))
}
