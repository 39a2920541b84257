//! Either database, opened as Sportello opens it: the same durability, ten connections, one writer on SQLite.

use std::time::Duration;

use anyhow::Result;
use sqlx::{
    PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

/// The pool of either database.
#[derive(Clone)]
pub enum Database {
    /// SQLite.
    Sqlite(SqlitePools),
    /// PostgreSQL.
    Postgres(PgPool),
}

/// SQLite takes one writer at a time: it has a pool of its own.
#[derive(Clone)]
pub struct SqlitePools {
    /// Reads.
    pub readers: SqlitePool,
    /// Writes.
    pub writer: SqlitePool,
}

impl Database {
    /// Opens a database.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn connect(url: &str) -> Result<Self> {
        if !url.starts_with("sqlite:") {
            return Ok(Self::Postgres(PgPoolOptions::new().max_connections(10).connect(url).await?));
        }
        let options: SqliteConnectOptions = url.parse()?;
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let readers = SqlitePoolOptions::new().max_connections(10).connect_with(options.clone()).await?;
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        Ok(Self::Sqlite(SqlitePools { readers, writer }))
    }
}

/// Does the same reading on either database: the statements have the same text, only the pools' types differ.
macro_rules! read {
    ($database:expr, $pool:ident => $body:expr) => {
        match $database {
            $crate::database::Database::Sqlite(pools) => {
                let $pool = &pools.readers;
                $body
            }
            $crate::database::Database::Postgres($pool) => $body,
        }
    };
}

/// Does the same in a transaction on either database, and commits it.
macro_rules! transact {
    ($database:expr, $transaction:ident => $body:expr) => {
        match $database {
            $crate::database::Database::Sqlite(pools) => {
                let mut $transaction = pools.writer.begin_with("BEGIN IMMEDIATE").await?;
                let done = $body;
                $transaction.commit().await?;
                done
            }
            $crate::database::Database::Postgres(pool) => {
                let mut $transaction = pool.begin().await?;
                let done = $body;
                $transaction.commit().await?;
                done
            }
        }
    };
}

/// Runs a script in one transaction.
///
/// # Errors
/// What the database answers.
pub async fn execute(database: &Database, script: &str) -> Result<()> {
    transact!(database, transaction => {
        for statement in script.split(";\n").map(str::trim).filter(|statement| !statement.is_empty()) {
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut *transaction).await?;
        }
    });
    Ok(())
}

pub(crate) use {read, transact};
