//! Whose turn it is to write to SQLite, which lets one write at a time.
//!
//! Who is done hands its connection on to whoever waits, with the next transaction begun on it: a commit and a beginning
//! through the pool are four ways more to the connection's thread and back.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use sea_orm::{ConnAcquireErr, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};
use tokio::sync::oneshot;

use crate::store::options::PATIENCE;

/// How often in a row a connection is handed on: whoever writes without a turn waits for it at the pool meanwhile.
const MOST_HANDED_ON: u32 = 32;

/// Commits, and begins for the next.
const HAND_ON: &str = "COMMIT; BEGIN IMMEDIATE";

/// The line of those who want to write.
#[derive(Default)]
pub(super) struct Turns {
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    is_taken: bool,
    waiting: VecDeque<oneshot::Sender<Turn>>,
}

impl Turns {
    /// Waits for its turn. They come in the order of asking.
    ///
    /// # Errors
    /// When it takes longer than a connection of the pool may.
    pub(super) async fn next(self: &Arc<Self>) -> Result<Turn, DbErr> {
        let (sender, turn) = oneshot::channel();
        {
            let mut line = self.line.lock().expect("no holder panics");
            if !line.is_taken {
                line.is_taken = true;
                return Ok(Turn { turns: self.clone(), begun: None, handed_on: 0 });
            }
            line.waiting.push_back(sender);
        }
        let turn = tokio::time::timeout(PATIENCE, turn).await.ok().and_then(Result::ok);
        turn.ok_or(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))
    }

    fn is_waited_for(&self) -> bool {
        !self.line.lock().expect("no holder panics").waiting.is_empty()
    }

    /// Who waits longest; None frees the turn.
    fn first_in_line(&self) -> Option<oneshot::Sender<Turn>> {
        let mut line = self.line.lock().expect("no holder panics");
        let first = line.waiting.pop_front();
        line.is_taken = first.is_some();
        first
    }
}

/// The right to write. Dropped, it is the next one's.
pub(super) struct Turn {
    turns: Arc<Turns>,
    begun: Option<DatabaseTransaction>,
    handed_on: u32,
}

impl Turn {
    /// The transaction that the one before has begun for this one, if it has.
    pub(super) fn begun(&mut self) -> Option<DatabaseTransaction> {
        if self.begun.is_none() {
            self.handed_on = 0;
        }
        self.begun.take()
    }

    /// Whether somebody waits who can be handed the connection.
    pub(super) fn is_to_be_handed_on(&self) -> bool {
        self.handed_on < MOST_HANDED_ON && self.turns.is_waited_for()
    }

    /// Commits, and hands the connection on with the next transaction begun.
    ///
    /// # Errors
    /// What the database answers. Either of the two may have failed: whether it was the commit, only the rows tell.
    pub(super) async fn hand_on(self, transaction: DatabaseTransaction) -> Result<(), DbErr> {
        self.hand_on_by(HAND_ON, transaction).await
    }

    async fn hand_on_by(mut self, text: &str, transaction: DatabaseTransaction) -> Result<(), DbErr> {
        transaction.query_all_raw(Statement::from_string(DbBackend::Sqlite, text)).await?;
        self.handed_on += 1;
        self.begun = Some(transaction);
        Ok(())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(next) = self.turns.first_in_line() {
            let turn =
                Self { turns: self.turns.clone(), begun: self.begun.take(), handed_on: self.handed_on };
            // Who has given up drops what it was sent, which sends it on to the next.
            drop(next.send(turn));
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectOptions, Database, DatabaseConnection, TransactionTrait};

    use super::*;

    async fn database() -> DatabaseConnection {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1).min_connections(1);
        let database = Database::connect(options).await.expect("a database");
        database.execute_unprepared("CREATE TABLE line (place INTEGER)").await.expect("a table");
        database
    }

    async fn write(transaction: &DatabaseTransaction, place: i64) {
        let sql = format!("INSERT INTO line VALUES ({place})");
        transaction.execute_unprepared(&sql).await.expect("a row");
    }

    async fn places(db: &impl ConnectionTrait) -> Vec<i64> {
        let all = Statement::from_string(DbBackend::Sqlite, "SELECT place FROM line ORDER BY place");
        let rows = db.query_all_raw(all).await.expect("rows");
        rows.iter().map(|row| row.try_get_by_index(0).expect("a place")).collect()
    }

    #[tokio::test]
    async fn turns_come_in_the_order_of_asking_and_past_those_who_gave_up() {
        let turns = Arc::new(Turns::default());
        let first = turns.next().await.expect("free");
        assert!(!first.is_to_be_handed_on());
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(turns.next())).collect();
        for one in &mut waiting {
            assert!(futures_util::poll!(one).is_pending());
        }
        assert!(first.is_to_be_handed_on());
        drop(waiting.remove(0));
        drop(first);
        assert!(futures_util::poll!(&mut waiting[1]).is_pending(), "it is not the last one's turn");
        // The turn was sent, but not received.
        drop(waiting.remove(0));
        drop(waiting.remove(0).await.expect("its turn"));
        assert!(!turns.is_waited_for());
        drop(turns.next().await.expect("free again"));
    }

    #[tokio::test]
    async fn what_is_handed_on_is_committed_and_the_next_is_begun() {
        let (database, turns) = (database().await, Arc::new(Turns::default()));
        let first = turns.next().await.expect("free");
        let transaction = database.begin().await.expect("a transaction");
        write(&transaction, 1).await;
        let (handed, second) = tokio::join!(first.hand_on(transaction), turns.next());
        handed.expect("committed");
        let begun = second.expect("its turn").begun().expect("begun");
        write(&begun, 2).await;
        assert_eq!(places(&begun).await, [1, 2]);
        begun.rollback().await.expect("rolled back");
        assert_eq!(places(&database).await, [1], "the first is committed, the second is not");
    }

    #[tokio::test]
    async fn what_is_handed_on_to_nobody_is_rolled_back() {
        let (database, turns) = (database().await, Arc::new(Turns::default()));
        let transaction = database.begin().await.expect("a transaction");
        write(&transaction, 1).await;
        turns.next().await.expect("free").hand_on(transaction).await.expect("committed");
        assert_eq!(places(&database).await, [1]);
        assert!(turns.next().await.expect("free").begun().is_none());
    }

    #[tokio::test]
    async fn a_commit_stands_where_only_the_beginning_fails() {
        let (database, turns) = (database().await, Arc::new(Turns::default()));
        let transaction = database.begin().await.expect("a transaction");
        write(&transaction, 1).await;
        let turn = turns.next().await.expect("free");
        turn.hand_on_by("COMMIT; BEGIN OTHERWISE", transaction).await.expect_err("no such beginning");
        assert_eq!(places(&database).await, [1]);
    }
}
