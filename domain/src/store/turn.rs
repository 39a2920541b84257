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

use crate::store::{
    Batch,
    connection::{Arrival, Coming, FirstRead},
    options::PATIENCE,
};

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

/// What a transaction's last text does for the next one, on its own connection: reads what that reads first, and behind the
/// commit begins it. The next one has its turn as soon as that is read, and its connection when the text has ended; dropped
/// before, it begins by itself.
pub(crate) struct HandingOn {
    /// Until the next one has it.
    turn: Option<Turn>,
    first: Option<Statement>,
    connection: oneshot::Sender<Arrival>,
    versions: Vec<i64>,
}

/// Tells whether another connection has written: <https://www.sqlite.org/pragma.html#pragma_data_version>.
const VERSION: &str = "PRAGMA data_version";

impl HandingOn {
    /// Takes the turn where somebody waits for it.
    pub(super) fn of(turn: &mut Option<Turn>) -> Option<Self> {
        let first = turn.as_ref()?.first_of_next()?;
        let mut turn = turn.take()?;
        let (connection, transaction) = oneshot::channel();
        turn.coming = Some(Coming { transaction, early: None });
        turn.handed_on += 1;
        Some(Self { turn: Some(turn), first, connection, versions: Vec::new() })
    }

    /// As if somebody waited.
    #[cfg(test)]
    pub(crate) async fn to(first: Statement) -> Self {
        let turns = Arc::new(Turns::default());
        let turn = turns.next(None).await.expect("free");
        let mut next = Box::pin(turns.next(Some(first)));
        assert!(futures_util::poll!(&mut next).is_pending());
        Self::of(&mut Some(turn)).expect("somebody waits")
    }

    /// The statements that commit, for the end of the text that writes the events. Any of them may fail: whether it was
    /// one before the commit, only the log tells.
    pub(crate) fn committing(&self) -> impl Iterator<Item = Statement> {
        self.reading().chain(Self::texts(["COMMIT; BEGIN IMMEDIATE", VERSION]))
    }

    /// What the next one reads first, and whether that will still be so.
    fn reading(&self) -> impl Iterator<Item = Statement> {
        Self::texts([VERSION]).chain(self.first.clone())
    }

    fn texts<const COUNT: usize>(texts: [&'static str; COUNT]) -> impl Iterator<Item = Statement> {
        texts.into_iter().map(|text| Statement::from_string(DbBackend::Sqlite, text))
    }

    /// Takes a row that they answer. With what the next one reads first, it has its turn.
    ///
    /// # Errors
    /// When it is no such row.
    pub(crate) fn take(&mut self, row: QueryResult) -> Result<(), DbErr> {
        if let Ok(version) = row.try_get("", "data_version") {
            self.versions.push(version);
            return Ok(());
        }
        let (Some(mut turn), Some(statement)) = (self.turn.take(), self.first.take()) else {
            return Err(DbErr::Custom(
                "the next transaction reads one row first, and it was another".to_owned(),
            ));
        };
        if let Some(coming) = &mut turn.coming {
            coming.early = Some(Arc::new(FirstRead { statement, row: Some(row) }));
        }
        Ok(())
    }

    /// Gives the next one its transaction, which has been begun.
    pub(super) fn hand_over(self, transaction: DatabaseTransaction) {
        let is_as_read = matches!(self.versions[..], [before, after] if before == after);
        // Who has given up drops it, which rolls it back.
        drop(self.connection.send(Arrival { transaction, is_as_read }));
    }

    /// Undoes what the transaction has done, and begins the next one on its connection. Where that is not to be, which is
    /// logged, the next one begins by itself.
    pub(super) async fn undo(mut self, transaction: DatabaseTransaction) {
        let mut batch = Batch::default();
        batch.extend(Self::texts(["ROLLBACK; BEGIN IMMEDIATE"]));
        batch.extend(self.reading());
        batch.extend(Self::texts([VERSION]));
        match batch.run_each(&transaction, |row| self.take(row)).await {
            Ok(()) => self.hand_over(transaction),
            Err(error) => Self::ends(&error),
        }
    }

    /// Logs what kept the next transaction from being begun, where the one before has come to its end.
    pub(crate) fn ends(error: &DbErr) {
        tracing::warn!(%error, "the next transaction could not be begun here: it begins by itself");
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
                return Ok(Turn { turns: self.clone(), coming: None, handed_on: 0 });
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

/// The right to begin a transaction that writes. Dropped, it is the next one's.
pub(super) struct Turn {
    turns: Arc<Turns>,
    coming: Option<Coming>,
    handed_on: u32,
}

impl Turn {
    /// The connection that the one before sends, if it does.
    pub(super) fn coming(&mut self) -> Option<Coming> {
        if self.coming.is_none() {
            self.handed_on = 0;
        }
        self.coming.take()
    }

    /// What the next in line reads first, if there is somebody to whom the connection is to be handed on.
    fn first_of_next(&self) -> Option<Option<Statement>> {
        let line = self.turns.line.lock().expect("no holder panics");
        let next = line.waiting.front().filter(|_| self.handed_on < MOST_HANDED_ON)?;
        Some(next.first.clone())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(next) = self.turns.first_in_line() {
            let turn =
                Self { turns: self.turns.clone(), coming: self.coming.take(), handed_on: self.handed_on };
            // Who has given up drops what it was sent, which sends it on to the next.
            drop(next.send(turn));
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, TransactionTrait};

    use super::*;
    use crate::store::Connection;

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
        assert!(first.first_of_next().is_none());
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(turns.next(None))).collect();
        for one in &mut waiting {
            assert!(futures_util::poll!(one).is_pending());
        }
        assert!(first.first_of_next().is_some());
        drop(waiting.remove(0));
        drop(first);
        assert!(futures_util::poll!(&mut waiting[1]).is_pending(), "it is not the last one's turn");
        // The turn was sent, but not received.
        drop(waiting.remove(0));
        drop(waiting.remove(0).await.expect("its turn"));
        assert!(!turns.are_waited_for());
        drop(turns.next(None).await.expect("free again"));
    }

    fn select(sql: &str) -> Statement {
        Statement::from_string(DbBackend::Sqlite, sql)
    }

    const COUNT: &str = "SELECT count(*) FROM line";

    /// What hands on to one who reads this first.
    async fn handing_on(turns: &Arc<Turns>, first: &str) -> (HandingOn, impl Future<Output = Turn> + Unpin) {
        let turn = turns.next(None).await.expect("free");
        let waiting = (turns.clone(), select(first));
        let mut next = Box::pin(async move { waiting.0.next(Some(waiting.1)).await.expect("its turn") });
        assert!(futures_util::poll!(&mut next).is_pending());
        (HandingOn::of(&mut Some(turn)).expect("somebody waits"), next)
    }

    async fn commit(transaction: &DatabaseTransaction, handing_on: &mut HandingOn) {
        let mut batch = Batch::default();
        batch.extend(handing_on.committing());
        batch.run_each(transaction, |row| handing_on.take(row)).await.expect("committed");
    }

    async fn next_transaction(database: &DatabaseConnection, mut turn: Turn) -> (Connection, Option<i64>) {
        let coming = turn.coming().expect("begun by the one before");
        let row = coming.early.as_ref().and_then(|read| read.row());
        let count = row.map(|row| row.try_get_by_index(0).expect("a count"));
        (Connection::coming(database, coming), count)
    }

    #[tokio::test]
    async fn the_next_has_its_turn_before_the_commit_and_its_connection_after_it() {
        let (database, turns) = (database().await, Arc::new(Turns::default()));
        let (mut handing_on, mut next) = handing_on(&turns, COUNT).await;
        let transaction = database.begin().await.expect("a transaction");
        write(&transaction, 1).await;
        let row = transaction.query_one_raw(select(COUNT)).await.expect("read").expect("a row");
        assert!(futures_util::poll!(&mut next).is_pending());
        handing_on.take(row).expect("what the next reads");
        let (connection, count) = next_transaction(&database, next.await).await;
        assert_eq!(count, Some(1));
        let mut reading = Box::pin(places(&connection));
        assert!(futures_util::poll!(&mut reading).is_pending(), "the one before has not committed");
        commit(&transaction, &mut handing_on).await;
        handing_on.hand_over(transaction);
        assert_eq!(reading.await, [1]);
    }

    #[tokio::test]
    async fn what_is_handed_on_is_committed_and_the_next_is_begun_and_has_read() {
        let (database, turns) = (database().await, Arc::new(Turns::default()));
        let (mut handing_on, next) = handing_on(&turns, COUNT).await;
        let transaction = database.begin().await.expect("a transaction");
        write(&transaction, 1).await;
        commit(&transaction, &mut handing_on).await;
        handing_on.hand_over(transaction);
        let (connection, count) = next_transaction(&database, next.await).await;
        assert_eq!(count, Some(1));
        let transaction = connection.into_transaction().await.expect("begun");
        write(&transaction, 2).await;
        assert_eq!(places(&transaction).await, [1, 2]);
        transaction.rollback().await.expect("rolled back");
        assert_eq!(places(&database).await, [1], "the first is committed, the second is not");
    }

    #[tokio::test]
    async fn what_is_undone_is_handed_on_too_and_where_that_fails_the_next_begins_by_itself() {
        for (first, read) in [(COUNT, Some(0)), ("SELECT otherwise", None)] {
            let (database, turns) = (database().await, Arc::new(Turns::default()));
            let (handing_on, next) = handing_on(&turns, first).await;
            let transaction = database.begin().await.expect("a transaction");
            write(&transaction, 1).await;
            handing_on.undo(transaction).await;
            let (connection, count) = next_transaction(&database, next.await).await;
            assert_eq!(count, read);
            let transaction = connection.into_transaction().await.expect("begun");
            write(&transaction, 2).await;
            transaction.commit().await.expect("committed");
            assert_eq!(places(&database).await, [2]);
        }
    }

    #[tokio::test]
    async fn what_is_handed_on_to_nobody_is_rolled_back() {
        let (database, turns) = (database().await, Arc::new(Turns::default()));
        let (mut handing_on, next) = handing_on(&turns, COUNT).await;
        drop(next);
        let transaction = database.begin().await.expect("a transaction");
        write(&transaction, 1).await;
        commit(&transaction, &mut handing_on).await;
        handing_on.hand_over(transaction);
        assert_eq!(places(&database).await, [1]);
        assert!(turns.next(None).await.expect("free").coming().is_none());
    }
}
