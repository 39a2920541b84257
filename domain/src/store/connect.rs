//! Opening the database, and what everybody may ask of it.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{
    AccessMode, Database, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait, IsolationLevel,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sportello_entity::{AccountId, Timestamp, log_head};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Actor, Error, Result,
    automation::Progress,
    clock::{Clock, IdSequence, Randomness, SystemClock, SystemRandomness},
    directory::{Directories, Directory},
    live::Boards,
    log::{Heads, Log, wake},
    notification::Marks,
    presence::Rooms,
    search, statistics,
    store::{
        Tx,
        bells::Bells,
        connection::Connection,
        durability::Durability,
        options::options,
        turn::{Turn, Turns},
        writers::Writers,
    },
};

/// How the store is opened.
#[derive(Clone)]
pub struct StoreSettings {
    /// `sqlite:` or `postgres:`.
    pub url: String,
    /// Where NATS is, if it wakes the nodes that share a PostgreSQL instead of LISTEN and NOTIFY.
    pub nats_url: Option<String>,
    /// How many connections read (SQLite) or do all (PostgreSQL) at most.
    pub max_connections: u32,
    /// Up to how many documents of the full-text index a search reads to find a page's tickets; where a word is in more,
    /// the list is walked.
    pub few_documents: u32,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives what nobody can guess.
    pub randomness: Arc<dyn Randomness>,
}

impl StoreSettings {
    /// The machine's clock and randomness, and ten connections.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            nats_url: None,
            max_connections: 10,
            few_documents: 3_000,
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
        }
    }
}

/// The database with its log. Cheap to clone: every clone is the same store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    url: String,
    nats_url: Option<String>,
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    few_documents: u32,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    durability: Option<Arc<Durability>>,
    /// Who writes next, on SQLite.
    turns: Option<Arc<Turns>>,
    memory: Memory,
}

/// What this process knows without asking the database. It begins empty.
#[derive(Default)]
struct Memory {
    ids: IdSequence,
    heads: Heads,
    log: Log,
    writers: Writers,
    boards: Boards,
    directories: Directories,
    statistics: statistics::Memory,
    common: search::Common,
    progress: Progress,
    bells: Bells,
    marks: Marks,
    rooms: Rooms,
}

impl Store {
    /// Opens the database. On SQLite: one writer with readers beside it (WAL), and foreign keys held. What is
    /// acknowledged is on the disk: see [`Tx::commit`].
    ///
    /// # Errors
    /// When the database cannot be reached or opened.
    pub async fn connect(settings: StoreSettings) -> Result<Self> {
        let is_sqlite = settings.url.starts_with("sqlite:");
        let reader = Database::connect(options(&settings, settings.max_connections)).await?;
        // Never one pool: a transaction that reads beside itself would wait for connections that transactions hold.
        let writers = if is_sqlite { 1 } else { settings.max_connections };
        let writer = Database::connect(options(&settings, writers)).await?;
        let durability = Durability::of(&settings.url).map(Arc::new);
        let inner = Inner {
            url: settings.url,
            nats_url: settings.nats_url,
            writer,
            reader,
            few_documents: settings.few_documents,
            clock: settings.clock,
            randomness: settings.randomness,
            durability,
            turns: is_sqlite.then(Arc::default),
            memory: Memory::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The same database by another clock, with followers of its own: for filling it with what is past.
    pub fn with_clock(&self, clock: Arc<dyn Clock>) -> Self {
        let inner = Inner {
            url: self.inner.url.clone(),
            nats_url: self.inner.nats_url.clone(),
            writer: self.inner.writer.clone(),
            reader: self.inner.reader.clone(),
            few_documents: self.inner.few_documents,
            clock,
            randomness: self.inner.randomness.clone(),
            durability: self.inner.durability.clone(),
            turns: self.inner.turns.clone(),
            memory: Memory::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Opens a transaction for the actor. Nothing it writes is seen before [`Tx::commit`]; dropped, it is rolled back.
    ///
    /// # Errors
    /// UNAVAILABLE when no connection is to be had.
    pub async fn begin(&self, actor: &Actor) -> Result<Tx> {
        self.begin_reading(actor, None).await
    }

    /// The same for who begins by [`Tx::read_first`]: on SQLite, who writes before may read that on the way.
    ///
    /// # Errors
    /// UNAVAILABLE when no connection is to be had.
    pub(crate) async fn begin_reading(&self, actor: &Actor, first: Option<Statement>) -> Result<Tx> {
        let writing = self.writers().enter();
        let mut turn = match &self.inner.turns {
            Some(turns) => Some(turns.next(first.clone()).await?),
            None => None,
        };
        let writer = &self.inner.writer;
        let (connection, read) = match turn.as_mut().and_then(Turn::coming) {
            Some(mut coming) => {
                // It may have been read for somebody who has given up waiting.
                coming.early = coming.early.filter(|read| Some(&read.statement) == first.as_ref());
                let read = coming.early.clone();
                (Connection::coming(writer, coming), read)
            }
            None => (Connection::begin(writer).await?, None),
        };
        Ok(Tx::new(self.clone(), actor.clone(), writing, connection, turn, read))
    }

    /// Opens a transaction for reading much: all that is read through it is as of its first statement.
    ///
    /// # Errors
    /// UNAVAILABLE when no connection is to be had.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction> {
        let options = match self.backend() {
            DbBackend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
            // In WAL every transaction sees what its first statement saw.
            _ => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
                ..Default::default()
            },
        };
        Ok(self.inner.reader.begin_with_options(options).await?)
    }

    /// Waits until whatever could be read before this call is on the disk: nobody is told what a loss of power could
    /// still take back.
    ///
    /// # Errors
    /// INTERNAL when the disk refuses.
    pub(crate) async fn settled(&self) -> Result<()> {
        match &self.inner.durability {
            Some(durability) => {
                let are_more_to_come = self.inner.turns.as_ref().is_some_and(|turns| turns.are_waited_for());
                durability.settled(are_more_to_come).await
            }
            None => Ok(()),
        }
    }

    /// The number of the last commit that is on the disk, of those of this process. PostgreSQL's are when they return.
    pub(crate) fn covered(&self) -> u64 {
        self.durability().map_or(u64::MAX, Durability::covered)
    }

    pub(super) fn durability(&self) -> Option<&Durability> {
        self.inner.durability.as_deref()
    }

    /// For queries. Never written through.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.inner.reader
    }

    /// For writing what no event tells of: migrations, and what housekeeping forgets. Commands use [`Store::begin`].
    pub fn writer(&self) -> &DatabaseConnection {
        &self.inner.writer
    }

    /// Which database it is.
    pub fn backend(&self) -> DbBackend {
        self.inner.writer.get_database_backend()
    }

    /// Now, by the one clock.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// A new id; later ones sort later.
    pub fn new_id<I: From<Uuid>>(&self) -> I {
        self.inner.memory.ids.next(self.now(), &*self.inner.randomness).into()
    }

    /// 256 bits that nobody can guess, as 43 characters of base64url.
    pub fn secret(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.random::<32>())
    }

    /// Bytes that nobody can guess.
    pub fn random<const LENGTH: usize>(&self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        self.inner.randomness.fill(&mut bytes);
        bytes
    }

    /// The log, for reading.
    pub fn log(&self) -> &Log {
        &self.inner.memory.log
    }

    /// Who is writing right now.
    pub(crate) fn writers(&self) -> &Writers {
        &self.inner.memory.writers
    }

    /// Where tickets are watched by filters.
    pub(crate) fn boards(&self) -> &Boards {
        &self.inner.memory.boards
    }

    /// What is kept in memory of statistics.
    pub(crate) fn statistics(&self) -> &statistics::Memory {
        &self.inner.memory.statistics
    }

    /// Up to how many documents the full-text index is the shorter way.
    pub(crate) fn few_documents(&self) -> u32 {
        self.inner.few_documents
    }

    /// What searches found to be common.
    pub(crate) fn common(&self) -> &search::Common {
        &self.inner.memory.common
    }

    /// How far each account's log has come, for waiting.
    pub fn heads(&self) -> &Heads {
        &self.inner.memory.heads
    }

    /// How runs of automations come further, in this process.
    pub fn progress(&self) -> &Progress {
        &self.inner.memory.progress
    }

    /// What tells this process's workers that something is queued for them.
    pub fn bells(&self) -> &Bells {
        &self.inner.memory.bells
    }

    /// How far users have read their notifications, for waiting.
    pub(crate) fn marks(&self) -> &Marks {
        &self.inner.memory.marks
    }

    /// Who has which ticket open, for waiting.
    pub(crate) fn rooms(&self) -> &Rooms {
        &self.inner.memory.rooms
    }

    /// The head of an account's log, now.
    ///
    /// # Errors
    /// NOT_FOUND when there is no such account.
    pub async fn head(&self, account_id: AccountId) -> Result<log_head::Model> {
        let head = log_head::Entity::find_by_id(account_id).one(self.reader()).await?;
        head.ok_or_else(|| Error::NotFound("there is no such account".to_owned()))
    }

    /// What is few in an account, as of now: one small read where nothing has changed since the last.
    ///
    /// # Errors
    /// NOT_FOUND when there is no such account.
    pub async fn directory(&self, account_id: AccountId) -> Result<Arc<Directory>> {
        let head = self.head(account_id).await?;
        self.directory_since(account_id, head.directory_sequence).await
    }

    /// The same, at least as new as this sequence: no read at all where the one in memory is.
    ///
    /// # Errors
    /// NOT_FOUND when there is no such account.
    pub async fn directory_since(&self, account_id: AccountId, sequence: i64) -> Result<Arc<Directory>> {
        self.inner.memory.directories.get(self, account_id, sequence).await
    }

    pub(crate) fn directories(&self) -> &Directories {
        &self.inner.memory.directories
    }

    /// Keeps followers awake until the token is cancelled: hints between processes, and a look now and then.
    pub async fn run_followers(&self, shutdown: CancellationToken) {
        let nats_url = self.inner.nats_url.as_deref();
        wake::run(self, &self.inner.url, nats_url, shutdown).await;
    }

    /// Closes every connection.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn close(&self) -> Result<()> {
        self.inner.reader.clone().close().await?;
        Ok(self.inner.writer.clone().close().await?)
    }
}
