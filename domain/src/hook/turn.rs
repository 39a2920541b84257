//! Whose turn it is to work on what a provider has sent.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, TransactionTrait};

use crate::{Result, store::Store};

/// Names the turn in PostgreSQL: any number that nobody else takes.
const TURN: i64 = 0x7370_6f72_7465_6c01;

/// The turn to work on bodies: of several processes on one PostgreSQL one has it, so that what a customer wrote stays in
/// order. A process that dies gives it back. SQLite serves one process.
pub struct Turn {
    _held: Option<DatabaseTransaction>,
}

/// Takes the turn; None: another process has it.
///
/// # Errors
/// What the database answers.
pub async fn take_turn(store: &Store) -> Result<Option<Turn>> {
    if store.backend() != DbBackend::Postgres {
        return Ok(Some(Turn { _held: None }));
    }
    let held = store.writer().begin().await?;
    let sql = "SELECT pg_try_advisory_xact_lock($1) AS taken";
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [TURN.into()]);
    let row = held.query_one_raw(statement).await?;
    let is_taken = row.map(|row| row.try_get::<bool>("", "taken")).transpose()?.unwrap_or_default();
    Ok(is_taken.then_some(Turn { _held: Some(held) }))
}
