//! A write transaction: rows, events, idempotency record and head number become one commit.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value as Json;
use sportello_entity::{AccountId, AutomationRunId, NoteId, Timestamp, value::EventType};
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    Actor, Error, FieldChange, Result,
    log::{
        Event,
        append::{self, Appended, End},
    },
    statistics::Counting,
    store::{
        Batch, Queue, Store,
        connection::{Connection, FirstRead},
        durability::{Commit, Durability},
        idempotency::Pending,
        turn::{HandingOn, Turn},
        writers::Writing,
    },
};

/// What happened, before it has a number.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// What.
    pub r#type: EventType,
    /// To which ticket, contact, status …
    pub subject_id: Uuid,
    /// The note that it is about or brings along.
    pub note_id: Option<NoteId>,
    /// Field by field, as a person reads it.
    pub changes: Vec<FieldChange>,
    /// The subject right after: its own fields, and ids of what it points at.
    pub snapshot: Json,
    /// Those members of the snapshot that were different before; None when there was no before.
    pub previous: Option<Json>,
}

/// An open transaction. Whoever began it commits it; dropped, it is rolled back.
pub struct Tx {
    /// Who acts in it.
    pub actor: Actor,
    pub(super) store: Store,
    /// While events may come of it, which those who follow the log wait for a little.
    writing: Option<Writing>,
    connection: Connection,
    /// After the connection: what is not committed is rolled back before the next one's turn.
    turn: Option<Turn>,
    first: Option<Arc<FirstRead>>,
    pub(super) pending: Option<Pending>,
    pub(crate) counting: Counting,
    now: Timestamp,
    last: Batch,
    events: Vec<NewEvent>,
    writes_without_event: bool,
    is_planning: bool,
    automation_run_id: Option<AutomationRunId>,
    runs: Vec<AutomationRunId>,
    queues: Vec<Queue>,
}

impl Tx {
    pub(super) fn new(
        store: Store,
        actor: Actor,
        writing: Writing,
        connection: Connection,
        turn: Option<Turn>,
        first: Option<Arc<FirstRead>>,
    ) -> Self {
        let now = store.now();
        Self {
            actor,
            store,
            writing: Some(writing),
            connection,
            turn,
            first,
            pending: None,
            counting: Counting::default(),
            now,
            last: Batch::default(),
            events: Vec::new(),
            writes_without_event: false,
            is_planning: false,
            automation_run_id: None,
            runs: Vec::new(),
            queues: Vec::new(),
        }
    }

    /// The connection: what is read through it is read inside the transaction.
    pub fn db(&self) -> &Connection {
        &self.connection
    }

    /// The store that it is a transaction of.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The moment at which all of it happens.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A new id.
    pub fn new_id<I: From<Uuid>>(&self) -> I {
        self.store.new_id()
    }

    /// 256 bits that nobody can guess.
    pub fn secret(&self) -> String {
        self.store.secret()
    }

    /// Says that something happened. Events get their numbers in this order, at commit.
    pub fn record(&mut self, event: NewEvent) {
        self.events.push(event);
        self.ring(Queue::Events);
    }

    /// Has a statement run at commit, in one way to the database with the events: nothing in the transaction reads what
    /// it writes, and nothing can be wrong with it that a client is to be told.
    pub(crate) fn run_last(&mut self, statement: Statement) {
        self.last.push(statement);
    }

    /// Says that this transaction writes what is not in the log: sessions, tokens, marks.
    pub fn write_without_event(&mut self) {
        self.writes_without_event = true;
        self.writing = None;
    }

    /// Says that this transaction only plans what workers do: they write before anybody is told. So on SQLite its commit
    /// does not wait for the disk: what a loss of power takes back is planned again.
    pub(crate) fn plan(&mut self) {
        self.write_without_event();
        self.is_planning = true;
    }

    /// Says that a run of an automation does all of this: its events carry the run.
    pub fn acting_in(&mut self, run: AutomationRunId) {
        self.automation_run_id = Some(run);
    }

    /// The run of an automation that does all of this, if one does.
    pub(crate) fn automation_run_id(&self) -> Option<AutomationRunId> {
        self.automation_run_id
    }

    /// Says that this transaction takes a run of an automation further, which is not in the log: whoever watches runs is
    /// told at commit.
    pub(crate) fn tell_run(&mut self, run: AutomationRunId) {
        self.write_without_event();
        self.runs.push(run);
        self.ring(Queue::Runs);
    }

    /// Says that this transaction queues something: the worker is told at commit.
    pub(crate) fn ring(&mut self, queue: Queue) {
        if !self.queues.contains(&queue) {
            self.queues.push(queue);
        }
    }

    /// Commits, then wakes the followers. The head's number is taken in the last statement before the commit, so
    /// that the order of numbers is the order of commits. A transaction that did nothing is rolled back. When this
    /// returns, what was written is on the disk, together with whatever other transactions committed meanwhile; but for
    /// what `Tx::plan` says. Who gives up waiting for it does not cut it off: what has begun to be written is written, and
    /// told.
    ///
    /// # Errors
    /// What the database answers; then nothing was written.
    pub async fn commit(mut self) -> Result<Vec<Arc<Event>>> {
        self.keep_pending()?;
        if self.events.is_empty() && !self.writes_without_event {
            self.undo().await?;
            return Ok(Vec::new());
        }
        let news = News {
            store: self.store.clone(),
            account_id: self.actor.account_id,
            writing: self.writing.take(),
            is_planning: self.is_planning,
            runs: std::mem::take(&mut self.runs),
            queues: std::mem::take(&mut self.queues),
        };
        let finished = tokio::spawn(self.finish(news).in_current_span());
        finished.await.map_err(|error| Error::Internal(format!("a commit was cut off: {error}")))?
    }

    async fn finish(self, news: News) -> Result<Vec<Arc<Event>>> {
        let events = self.write().await?;
        news.tell(&events).await?;
        Ok(events)
    }

    /// Rolls back, and hands on the turn.
    async fn undo(mut self) -> Result<()> {
        let handing_on = HandingOn::of(&mut self.turn);
        let transaction = self.connection.into_transaction().await?;
        match handing_on {
            Some(handing_on) => handing_on.undo(transaction).await,
            None => transaction.rollback().await?,
        }
        Ok(())
    }

    /// Writes what is written last, commits, and hands on the turn.
    async fn write(mut self) -> Result<Vec<Arc<Event>>> {
        let events = std::mem::take(&mut self.events);
        let counting = std::mem::take(&mut self.counting);
        let last = std::mem::take(&mut self.last);
        let mut handing_on = HandingOn::of(&mut self.turn);
        let commit = self.store.durability().map(Durability::commit);
        let Appended { events, end } =
            append::append(&self, last, events, counting, handing_on.as_mut()).await?;
        let transaction = self.connection.into_transaction().await?;
        let begun = match end {
            End::Open => {
                transaction.commit().await?;
                None
            }
            End::HandedOn => Some(transaction),
            End::Committed => None,
        };
        // Before anybody else commits: in the order of commits.
        let memory = self.store.log().memory_of(self.actor.account_id);
        memory.keep(&events, commit.map_or(0, Commit::ended));
        if let (Some(handing_on), Some(transaction)) = (handing_on, begun) {
            handing_on.hand_over(transaction);
        }
        Ok(events)
    }

    /// What this statement answers, one row at most. It is free where it was said at the beginning that it is read first;
    /// nothing that it reads was written since.
    pub(crate) async fn read_first(&mut self, statement: Statement) -> Result<Arc<FirstRead>> {
        match self.first.take() {
            Some(read) if read.statement == statement => Ok(read),
            _ => Ok(Arc::new(FirstRead::make(&self.connection, statement).await?)),
        }
    }

    /// Waits until what was read first is committed: a refusal that tells of it waits for that.
    pub(crate) async fn confirm(&self) -> Result<()> {
        Ok(self.connection.transaction().await.map(drop)?)
    }

    pub(crate) async fn execute(&self, sql: &str, values: Vec<sea_orm::Value>) -> Result<u64> {
        let statement = Statement::from_sql_and_values(self.store.backend(), sql, values);
        Ok(self.connection.execute_raw(statement).await?.rows_affected())
    }
}

/// Who is told of a commit.
struct News {
    store: Store,
    account_id: AccountId,
    writing: Option<Writing>,
    is_planning: bool,
    runs: Vec<AutomationRunId>,
    queues: Vec<Queue>,
}

impl News {
    /// Waits until the commit is on the disk, then wakes who waits for its events, its runs, and what it queued.
    async fn tell(self, events: &[Arc<Event>]) -> Result<()> {
        // What is only planned wakes workers, who write before they tell anybody.
        if !self.is_planning || !events.is_empty() || !self.runs.is_empty() {
            self.store.settled().await?;
        }
        drop(self.writing);
        if let Some(last) = events.last() {
            self.store.heads().reaches(last.account_id, last.sequence);
            self.store.heads().tell_others(last.account_id, last.sequence);
        }
        for run in self.runs {
            self.store.progress().tell((self.account_id, run));
        }
        self.queues.into_iter().for_each(|queue| self.store.bells().ring(queue));
        Ok(())
    }
}
