//! How connections to the database are opened and kept.

use std::time::Duration;

use sea_orm::{
    ConnectOptions,
    sqlx::{
        self, Connection,
        sqlite::{SqliteConnection, SqliteJournalMode, SqliteSynchronous},
    },
};

use crate::store::StoreSettings;

/// How long one waits at most for a connection, and on SQLite for one's turn to write or another process's lock.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// A connection that was used so lately is taken without asking whether it is still there: asking costs a round trip,
/// as much as a small query.
const FRESH: Duration = Duration::from_secs(5);

/// How much of a SQLite file a connection keeps in memory at most. SQLite's own choice, 2 MB, does not hold what is read
/// again and again of a million tickets: a page of the list cost a third more.
const CACHE_KIBIBYTES: u32 = 8_000;

/// How many pages of 4 KiB SQLite's log holds before they are brought into the file. SQLite's own choice, 1,000, is some
/// fifty changes of tickets: one in fifty waited for the file's disk, and pages that change often were written each time.
const LOG_PAGES: u32 = 4_000;

/// How the pool of so many connections is opened.
pub(super) fn options(settings: &StoreSettings, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(settings.url.clone());
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .test_before_acquire_if_idle_for(FRESH)
        .sqlx_logging(false)
        // A page of a large list costs so much by the planner's guess that it would be compiled, for longer than it runs.
        .map_sqlx_postgres_opts(|postgres| postgres.options([("jit", "off")]))
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
                .pragma("cache_size", format!("-{CACHE_KIBIBYTES}"))
                .pragma("wal_autocheckpoint", LOG_PAGES.to_string())
        })
        .map_sqlx_sqlite_pool_opts(|pool| {
            pool.after_release(|connection, _| Box::pin(is_usable(connection)))
        });
    options
}

/// Whether a connection that comes back to the pool has no transaction open. Where SQLite has ended one by itself, as it
/// does when the disk is full, the driver goes on believing in it, and could not begin another.
async fn is_usable(connection: &mut SqliteConnection) -> std::result::Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // What was dropped is rolled back before the connection answers this.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}
