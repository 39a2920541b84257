//! Whose turn it is to write to SQLite, which lets one write at a time.
//!
//! Who is done hands its connection on to whoever waits, with the next transaction begun on it: a commit and a beginning
//! through the pool are four ways more to the connection's thread and back.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use sea_orm::{ConnAcquireErr, DatabaseTransaction, DbBackend, DbErr, QueryResult, Statement};
use tokio::sync::oneshot;

use crate::store::{Batch, options::PATIENCE};

/// How often in a row a connection is handed on: whoever writes without a turn waits for it at the pool meanwhile, for a
/// tenth of a second or so. Each time that it is not handed on costs as much as a transaction.
const MOST_HANDED_ON: u32 = 256;

/// The line of those who want to write.
#[derive(Default)]
pub(super) struct Turns {
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    is_taken: bool,
    waiting: VecDeque<Waiting>,
}

/// Somebody in the line.
struct Waiting {
    sender: oneshot::Sender<Turn>,
    /// What it reads first.
    first: Option<Statement>,
}

/// A transaction that the one before has begun, on its own connection.
pub(super) struct Begun {
    pub(super) transaction: DatabaseTransaction,
    pub(super) first: Option<FirstRead>,
}

/// What a transaction reads first, and what that answered right after the beginning.
pub(crate) struct FirstRead {
    pub(super) statement: Statement,
    pub(super) rows: Vec<QueryResult>,
}

/// What a transaction ends with before its connection is handed on: a commit or its undoing, the beginning of the next
/// transaction, and what that reads first. Any of them may fail: whether it was the commit, only the log tells.
pub(crate) struct HandingOn {
    first: Option<Statement>,
}

impl HandingOn {
    #[cfg(test)]
    pub(crate) fn to(first: Statement) -> Self {
        Self { first: Some(first) }
    }

    /// The statements that commit, for the end of the text that writes the events.
    pub(crate) fn committing(&self) -> impl Iterator<Item = Statement> {
        self.beginning("COMMIT; BEGIN IMMEDIATE")
    }

    fn beginning(&self, text: &str) -> impl Iterator<Item = Statement> {
        std::iter::once(Statement::from_string(DbBackend::Sqlite, text)).chain(self.first.clone())
    }

    /// Undoes what the transaction has done, and begins the next one on its connection. None where that is not to be, which
    /// is logged: then whoever is next begins by itself.
    pub(super) async fn undo(&self, transaction: DatabaseTransaction) -> Option<Begun> {
        let mut batch = Batch::default();
        batch.extend(self.beginning("ROLLBACK; BEGIN IMMEDIATE"));
        match batch.run(&transaction).await {
            Ok(rows) => Some(Begun { transaction, first: self.read(rows) }),
            Err(error) => {
                tracing::warn!(%error, "the next transaction could not be begun here: it begins by itself");
                None
            }
        }
    }

    /// What the next one has read, from the rows that they answered.
    pub(crate) fn read(&self, rows: Vec<QueryResult>) -> Option<FirstRead> {
        let statement = self.first.clone()?;
        Some(FirstRead { statement, rows })
    }
}

impl Turns {
    /// Waits for its turn. They come in the order of asking. `first` may be read by the one before.
    ///
    /// # Errors
    /// When it takes longer than a connection of the pool may.
    pub(super) async fn next(self: &Arc<Self>, first: Option<Statement>) -> Result<Turn, DbErr> {
        let (sender, turn) = oneshot::channel();
        {
            let mut line = self.line.lock().expect("no holder panics");
            if !line.is_taken {
                line.is_taken = true;
                return Ok(Turn { turns: self.clone(), begun: None, handed_on: 0 });
            }
            line.waiting.push_back(Waiting { sender, first });
        }
        let turn = tokio::time::timeout(PATIENCE, turn).await.ok().and_then(Result::ok);
        turn.ok_or(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))
    }

    /// Whether somebody waits.
    pub(super) fn are_waited_for(&self) -> bool {
        !self.line.lock().expect("no holder panics").waiting.is_empty()
    }

    /// Who waits longest; None frees the turn.
    fn first_in_line(&self) -> Option<oneshot::Sender<Turn>> {
        let mut line = self.line.lock().expect("no holder panics");
        let first = line.waiting.pop_front();
        line.is_taken = first.is_some();
        first.map(|waiting| waiting.sender)
    }
}

/// The right to write. Dropped, it is the next one's.
pub(super) struct Turn {
    turns: Arc<Turns>,
    begun: Option<Begun>,
    handed_on: u32,
}

impl Turn {
    /// The transaction that the one before has begun for this one, if it has.
    pub(super) fn begun(&mut self) -> Option<Begun> {
        if self.begun.is_none() {
            self.handed_on = 0;
        }
        self.begun.take()
    }

    /// How to hand the connection on, if there is somebody to whom.
    pub(super) fn handing_on(&self) -> Option<HandingOn> {
        let line = self.turns.line.lock().expect("no holder panics");
        let next = line.waiting.front().filter(|_| self.handed_on < MOST_HANDED_ON)?;
        Some(HandingOn { first: next.first.clone() })
    }

    /// Hands the connection on, on which the next transaction is begun.
    pub(super) fn hand_on(mut self, begun: Begun) {
        self.handed_on += 1;
        self.begun = Some(begun);
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
    use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, TransactionTrait};

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
        let first = turns.next(None).await.expect("free");
        assert!(first.handing_on().is_none());
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(turns.next(None))).collect();
        for one in &mut waiting {
            assert!(futures_util::poll!(one).is_pending());
        }
        assert!(first.handing_on().is_some());
        drop(waiting.remove(0));
        drop(first);
        assert!(futures_util::poll!(&mut waiting[1]).is_pending(), "it is not the last one's turn");
        // The turn was sent, but not received.
        drop(waiting.remove(0));
        drop(waiting.remove(0).await.expect("its turn"));
        assert!(!turns.are_waited_for());
        drop(turns.next(None).await.expect("free again"));
    }

    /// Writes a row, and does what hands the connection on.
    async fn write_and_hand_on(database: &DatabaseConnection, turn: Turn, place: i64) {
        let transaction = database.begin().await.expect("a transaction");
        write(&transaction, place).await;
        let handing_on = turn.handing_on().unwrap_or(HandingOn { first: None });
        let mut rows = Vec::new();
        for statement in handing_on.committing() {
            rows.append(&mut transaction.query_all_raw(statement).await.expect("it runs"));
        }
        turn.hand_on(Begun { transaction, first: handing_on.read(rows) });
    }

    #[tokio::test]
    async fn what_is_handed_on_is_committed_and_the_next_is_begun_and_has_read() {
        let (database, turns) = (database().await, Arc::new(Turns::default()));
        let first = turns.next(None).await.expect("free");
        let count = Statement::from_string(DbBackend::Sqlite, "SELECT count(*) FROM line");
        let mut second = Box::pin(turns.next(Some(count.clone())));
        assert!(futures_util::poll!(&mut second).is_pending());
        write_and_hand_on(&database, first, 1).await;
        let Begun { transaction, first } = second.await.expect("its turn").begun().expect("begun");
        let read = first.expect("read");
        assert_eq!(read.statement, count);
        assert_eq!(read.rows[0].try_get_by_index::<i64>(0).expect("a count"), 1);
        write(&transaction, 2).await;
        assert_eq!(places(&transaction).await, [1, 2]);
        transaction.rollback().await.expect("rolled back");
        assert_eq!(places(&database).await, [1], "the first is committed, the second is not");
    }

    #[tokio::test]
    async fn what_is_undone_is_handed_on_too_unless_the_next_cannot_be_begun() {
        for (reads, is_begun) in [("SELECT count(*) FROM line", true), ("SELECT otherwise", false)] {
            let (database, turns) = (database().await, Arc::new(Turns::default()));
            let first = turns.next(None).await.expect("free");
            let mut second = Box::pin(turns.next(Some(Statement::from_string(DbBackend::Sqlite, reads))));
            assert!(futures_util::poll!(&mut second).is_pending());
            let transaction = database.begin().await.expect("a transaction");
            write(&transaction, 1).await;
            let handing_on = first.handing_on().expect("somebody waits");
            match handing_on.undo(transaction).await {
                Some(begun) => first.hand_on(begun),
                None => drop(first),
            }
            let begun = second.await.expect("its turn").begun();
            assert_eq!(begun.is_some(), is_begun);
            if let Some(Begun { transaction, first }) = begun {
                let count = first.expect("read").rows[0].try_get_by_index::<i64>(0);
                assert_eq!(count.expect("a count"), 0);
                write(&transaction, 2).await;
                transaction.commit().await.expect("committed");
            }
            assert_eq!(places(&database).await.len(), usize::from(is_begun));
        }
    }

    #[tokio::test]
    async fn what_is_handed_on_to_nobody_is_rolled_back() {
        let (database, turns) = (database().await, Arc::new(Turns::default()));
        let turn = turns.next(None).await.expect("free");
        write_and_hand_on(&database, turn, 1).await;
        assert_eq!(places(&database).await, [1]);
        assert!(turns.next(None).await.expect("free").begun().is_none());
    }
}
