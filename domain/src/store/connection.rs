//! The connection of a write transaction, which may still be on its way from the transaction before.
//!
//! On SQLite, who commits lets the next in line read before its commit: that one reckons while the commit is written, and
//! waits here with the first statement that it sends.

use std::{pin::Pin, sync::Arc};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, FromQueryResult,
    QueryResult, RuntimeErr, SqliteTransactionMode, Statement, StreamTrait, TransactionOptions,
    TransactionStream, TransactionTrait,
};
use serde_json::Value as Json;
use tokio::sync::{Mutex, OnceCell, oneshot};

/// What a transaction reads first: one row at most.
pub(crate) struct FirstRead {
    pub(super) statement: Statement,
    pub(super) row: Option<QueryResult>,
}

impl FirstRead {
    /// Reads it.
    ///
    /// # Errors
    /// What the database answers.
    pub(super) async fn make(db: &impl ConnectionTrait, statement: Statement) -> Result<Self, DbErr> {
        let row = db.query_one_raw(statement.clone()).await?;
        Ok(Self { statement, row })
    }

    /// The row, if there is one.
    pub(crate) fn row(&self) -> Option<&QueryResult> {
        self.row.as_ref()
    }

    /// Reads it again, on the connection on which the transaction goes on.
    async fn compare(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let again = Self::make(transaction, self.statement.clone()).await?;
        if again.as_json()? == self.as_json()? {
            return Ok(());
        }
        // Nothing of this transaction is written: who asked may ask again.
        Err(DbErr::Conn(RuntimeErr::Internal("what was read has been changed by another process".to_owned())))
    }

    fn as_json(&self) -> Result<Option<Json>, DbErr> {
        self.row.as_ref().map(|row| Json::from_query_result(row, "")).transpose()
    }
}

/// A write transaction's connection. Dropped, it is rolled back, even where it has not come yet.
pub struct Connection {
    writer: DatabaseConnection,
    coming: Mutex<Option<Coming>>,
    come: OnceCell<DatabaseTransaction>,
}

/// A connection that the transaction before still commits on.
pub(super) struct Coming {
    pub(super) transaction: oneshot::Receiver<Arrival>,
    /// What was read for this transaction before that commit.
    pub(super) early: Option<Arc<FirstRead>>,
}

/// A connection on which the next transaction is begun.
pub(super) struct Arrival {
    pub(super) transaction: DatabaseTransaction,
    /// Whether nobody else has written between what the next one has read and its beginning.
    pub(super) is_as_read: bool,
}

impl Connection {
    /// Begins a transaction on a connection of the pool.
    ///
    /// # Errors
    /// When none is to be had.
    pub(super) async fn begin(writer: &DatabaseConnection) -> Result<Self, DbErr> {
        let come = OnceCell::new_with(Some(begin(writer).await?));
        Ok(Self { writer: writer.clone(), coming: Mutex::default(), come })
    }

    /// The one that the transaction before sends; where it does not, one of the pool.
    pub(super) fn coming(writer: &DatabaseConnection, coming: Coming) -> Self {
        Self { writer: writer.clone(), coming: Mutex::new(Some(coming)), come: OnceCell::new() }
    }

    /// The transaction, as soon as it is begun.
    ///
    /// # Errors
    /// What the database answers; and when what was read early is no longer so, since another process has written or the
    /// commit before failed. Then nothing of this transaction has been written.
    pub(super) async fn transaction(&self) -> Result<&DatabaseTransaction, DbErr> {
        self.come.get_or_try_init(|| self.arrive()).await
    }

    /// The transaction, as soon as it is begun, to end it.
    ///
    /// # Errors
    /// As [`Connection::transaction`] has them.
    pub(super) async fn into_transaction(self) -> Result<DatabaseTransaction, DbErr> {
        self.transaction().await?;
        Ok(self.come.into_inner().expect("it has come"))
    }

    async fn arrive(&self) -> Result<DatabaseTransaction, DbErr> {
        // It stays where it is: who asks may give up, or be refused, and ask again, which answers no less carefully.
        let mut coming = self.coming.lock().await;
        let arrived = match &mut *coming {
            Some(coming) if !coming.transaction.is_terminated() => (&mut coming.transaction).await.ok(),
            _ => None,
        };
        let (transaction, is_as_read) = match arrived {
            Some(Arrival { transaction, is_as_read }) => (transaction, is_as_read),
            None => (begin(&self.writer).await?, false),
        };
        match coming.as_ref().and_then(|coming| coming.early.as_ref()) {
            Some(early) if !is_as_read => early.compare(&transaction).await?,
            _ => {}
        }
        Ok(transaction)
    }
}

async fn begin(writer: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let mode = SqliteTransactionMode::Immediate;
    let options = TransactionOptions { sqlite_transaction_mode: Some(mode), ..Default::default() };
    writer.begin_with_options(options).await
}

#[async_trait]
impl ConnectionTrait for Connection {
    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.writer)
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.transaction().await?.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.transaction().await?.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.transaction().await?.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.transaction().await?.query_all_raw(statement).await
    }
}

type Streaming<'a> = Pin<Box<dyn Future<Output = Result<TransactionStream<'a>, DbErr>> + Send + 'a>>;

impl StreamTrait for Connection {
    type Stream<'a> = TransactionStream<'a>;

    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.writer)
    }

    fn stream_raw<'a>(&'a self, statement: Statement) -> Streaming<'a> {
        Box::pin(async move { self.transaction().await?.stream_raw(statement).await })
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectOptions, Database};

    use super::*;

    const ROWS: &str = "SELECT text FROM page";

    /// One connection, a row, and a transaction that has read it.
    async fn read() -> (DatabaseConnection, oneshot::Sender<Arrival>, Connection) {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1).min_connections(1);
        let writer = Database::connect(options).await.expect("a database");
        for sql in ["CREATE TABLE page (text TEXT, bytes BLOB)", "INSERT INTO page VALUES ('first', x'00')"] {
            writer.execute_unprepared(sql).await.expect("a page");
        }
        let statement = Statement::from_string(DbBackend::Sqlite, "SELECT text, bytes FROM page");
        let early = FirstRead::make(&writer, statement).await.expect("read");
        let (sender, transaction) = oneshot::channel();
        let coming = Coming { transaction, early: Some(Arc::new(early)) };
        let connection = Connection::coming(&writer, coming);
        (writer, sender, connection)
    }

    async fn texts(connection: &Connection) -> Result<Vec<String>, DbErr> {
        let rows = connection.query_all_raw(Statement::from_string(DbBackend::Sqlite, ROWS)).await?;
        rows.iter().map(|row| row.try_get_by_index(0)).collect()
    }

    #[tokio::test]
    async fn who_gives_up_waiting_may_wait_again() {
        let (writer, sender, connection) = read().await;
        assert!(futures_util::poll!(Box::pin(texts(&connection))).is_pending());
        let transaction = writer.begin().await.expect("begun");
        assert!(sender.send(Arrival { transaction, is_as_read: true }).is_ok());
        assert_eq!(texts(&connection).await.expect("read"), ["first"]);
        assert_eq!(texts(&connection).await.expect("read again"), ["first"]);
    }

    #[tokio::test]
    async fn where_none_comes_it_begins_by_itself() {
        let (writer, sender, connection) = read().await;
        drop(sender);
        assert_eq!(texts(&connection).await.expect("read"), ["first"]);
        connection.into_transaction().await.expect("begun").commit().await.expect("committed");
        writer.begin().await.expect("the connection is free again");
    }

    #[tokio::test]
    async fn what_others_wrote_in_between_is_looked_at() {
        for (column, is_refused) in
            [("text = 'second'", true), ("bytes = x'01'", true), ("text = 'first'", false)]
        {
            for is_sent in [true, false] {
                let (writer, sender, connection) = read().await;
                writer.execute_unprepared(&format!("UPDATE page SET {column}")).await.expect("written");
                if is_sent {
                    let transaction = writer.begin().await.expect("begun");
                    assert!(sender.send(Arrival { transaction, is_as_read: false }).is_ok());
                } else {
                    drop(sender);
                }
                for _ in 0..2 {
                    assert_eq!(texts(&connection).await.is_err(), is_refused, "{column}");
                }
            }
        }
    }
}
