//! Appending: the last statements of a transaction, in which events get their numbers.

use std::sync::{Arc, OnceLock};

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryResult};
use sportello_entity::{EventId, event};

use crate::{
    Result,
    log::{Event, insertion},
    notification,
    statistics::{self, Counting, Moves},
    store::{Batch, HandingOn, NewEvent, Tx},
};

/// How many events one statement takes: below the databases' limits on parameters (32,766 and 65,535).
const CHUNK: usize = 1_000;

#[derive(FromQueryResult)]
struct Head {
    sequence: i64,
    epoch: i64,
}

/// What came of the last statements.
pub(crate) struct Appended {
    /// With their numbers.
    pub(crate) events: Vec<Arc<Event>>,
    /// Where they leave the transaction.
    pub(crate) end: End,
}

/// Where its last statements leave a transaction.
pub(crate) enum End {
    /// It is to be committed.
    Open,
    /// It is committed, and the next one is begun on its connection.
    HandedOn,
    /// It is committed, and the next one could not be begun.
    Committed,
}

/// Runs what the transaction has put off till now, gives the events their numbers and writes them; the counters of tickets
/// move along. `handing_on` ends the text that writes the last of them.
pub(crate) async fn append(
    tx: &Tx,
    mut last: Batch,
    events: Vec<NewEvent>,
    counting: Counting,
    mut handing_on: Option<&mut HandingOn>,
) -> Result<Appended> {
    if counting.is_anew() || events.is_empty() {
        std::mem::take(&mut last).run(tx.db()).await?;
    }
    if counting.is_anew() {
        statistics::anew(tx).await?;
    }
    let mut moves = counting.moves();
    let (mut places, mut end) = (Vec::with_capacity(events.len()), End::Open);
    for chunk in events.chunks(CHUNK) {
        let ids: Vec<EventId> = chunk.iter().map(|_| tx.new_id()).collect();
        let is_last = places.len() + chunk.len() == events.len();
        let handing_on = if is_last { handing_on.take() } else { None };
        let mut chunk_of = Chunk { tx, events: chunk, ids: &ids, handing_on };
        let (head, chunks_end) = chunk_of.append(std::mem::take(&mut last), moves.take()).await?;
        end = chunks_end;
        let first = head.sequence - insertion::length(chunk) + 1;
        places.extend(ids.into_iter().zip(first..).map(|(id, sequence)| (id, sequence, head.epoch)));
    }
    let numbered = events
        .into_iter()
        .zip(places)
        .map(|(event, (id, sequence, epoch))| Arc::new(numbered(tx, event, id, sequence, epoch)));
    Ok(Appended { events: numbered.collect(), end })
}

/// Events that one statement writes.
struct Chunk<'a> {
    tx: &'a Tx,
    events: &'a [NewEvent],
    ids: &'a [EventId],
    /// What ends the text that writes them.
    handing_on: Option<&'a mut HandingOn>,
}

impl Chunk<'_> {
    /// Writes the events. Where the tickets have not been counted yet, or days are cut in another time zone by now, the
    /// counters do not move, but are counted anew.
    async fn append(&mut self, mut last: Batch, moves: Option<Moves>) -> Result<(Head, End)> {
        if let Some(moves) = &moves {
            if let Some(written) = self.write(std::mem::take(&mut last), Some(moves)).await? {
                return Ok(written);
            }
            statistics::anew(self.tx).await?;
        }
        let written = self.write(last, None).await?;
        written.ok_or_else(|| crate::Error::Internal("the account has no log".to_owned()))
    }

    /// None: the counters cannot move, and nothing but what was put off has been written.
    async fn write(&mut self, mut batch: Batch, moves: Option<&Moves>) -> Result<Option<(Head, End)>> {
        batch.push(insertion::statement(self.tx, self.events, self.ids, moves)?);
        batch.extend(self.handing_on.iter().flat_map(|handing_on| handing_on.committing()));
        // Of what this transaction runs, only the head's move answers a row.
        let mut head = None;
        let each = |row: QueryResult| match &mut self.handing_on {
            Some(handing_on) if head.is_some() => handing_on.take(row),
            _ => {
                head = Some(Head::from_query_result(&row, "")?);
                Ok(())
            }
        };
        match batch.run_each(self.tx.db(), each).await {
            Ok(()) => {
                Ok(head.map(|head| (head, if self.handing_on.is_some() { End::HandedOn } else { End::Open })))
            }
            Err(error) if insertion::is_without_number(&error) => Ok(None),
            Err(error) if self.handing_on.is_none() => Err(error.into()),
            Err(error) => match self.committed().await? {
                Some(head) => {
                    HandingOn::ends(&error);
                    Ok(Some((head, End::Committed)))
                }
                None => Err(error.into()),
            },
        }
    }

    /// The head as these events left it, if they are committed.
    async fn committed(&self) -> Result<Option<Head>> {
        let store = self.tx.store();
        let last = self.ids.last().copied();
        let row = event::Entity::find().filter(event::Column::Id.eq(last)).one(store.reader()).await?;
        let Some(event) = row else { return Ok(None) };
        let head = store.head(event.account_id).await?;
        Ok(Some(Head { sequence: event.sequence, epoch: head.epoch }))
    }
}

fn numbered(tx: &Tx, event: NewEvent, id: EventId, sequence: i64, epoch: i64) -> Event {
    let notifies = notification::notifies(&event);
    let NewEvent { r#type, subject_id, note_id, changes, snapshot, previous } = event;
    Event {
        account_id: tx.actor.account_id,
        epoch,
        sequence,
        id,
        r#type,
        occurred_at: tx.now(),
        actor: tx.actor.reference(),
        automation_run_id: tx.automation_run_id(),
        subject_id,
        note_id,
        changes,
        snapshot,
        previous,
        notifies,
        tickets: OnceLock::new(),
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, IntoActiveModel, Statement};
    use sea_orm_migration::MigratorTrait;
    use serde_json::json;
    use sportello_entity::{AccountId, account, log_head, value::EventType};
    use sportello_migration::Migrator;

    use super::*;
    use crate::{
        Actor,
        log::EventCursor,
        store::{Store, StoreSettings},
    };

    /// An account with an empty log, in a file that is gone after the test.
    async fn on_a_log(name: &str, test: impl AsyncFnOnce(&Store, &Actor)) {
        let file = std::env::temp_dir().join(format!("sportello-{name}-{}.db", std::process::id()));
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let store = Store::connect(StoreSettings::new(url)).await.expect("a store");
        Migrator::up(store.writer(), None).await.expect("tables");
        let account_id: AccountId = store.new_id();
        let text = str::to_owned;
        let row = account::Model {
            id: account_id,
            name: text("Bottega"),
            locale: text("en"),
            time_zone: text("UTC"),
            reference_prefix: text("T-"),
            next_reference_number: 1,
            created_at: store.now(),
        };
        account::Entity::insert(row.into_active_model()).exec(store.writer()).await.expect("an account");
        let head = log_head::Model { account_id, epoch: 1, sequence: 0, directory_sequence: 0 };
        log_head::Entity::insert(head.into_active_model()).exec(store.writer()).await.expect("a log");
        test(&store, &Actor::system(account_id)).await;
        store.close().await.expect("closed");
        for end in ["", "-wal", "-shm"] {
            std::fs::remove_file(format!("{}{end}", file.display())).ok();
        }
    }

    fn event(store: &Store) -> NewEvent {
        NewEvent {
            r#type: EventType::AccountChanged,
            subject_id: store.new_id(),
            note_id: None,
            changes: Vec::new(),
            snapshot: json!({}),
            previous: None,
        }
    }

    /// As if somebody waited who reads this first.
    async fn append_with(tx: &Tx, last: Batch, first: &str) -> Result<Appended> {
        let mut handing_on = HandingOn::to(Statement::from_string(DbBackend::Sqlite, first)).await;
        append(tx, last, vec![event(tx.store())], Counting::default(), Some(&mut handing_on)).await
    }

    async fn sequences(store: &Store, actor: &Actor) -> Vec<i64> {
        let start = EventCursor { account_id: actor.account_id, epoch: 1, sequence: 0 };
        let page = store.log().page(store, start).await.expect("a page");
        page.iter().map(|event| event.sequence).collect()
    }

    #[tokio::test]
    async fn a_commit_stands_where_only_what_is_behind_it_fails() {
        on_a_log("half-handed-on", async |store, actor| {
            let tx = store.begin(actor).await.expect("a transaction");
            let ends_it = "COMMIT; BEGIN; SELECT otherwise";
            let appended = append_with(&tx, Batch::default(), ends_it).await.expect("committed");
            assert!(matches!(appended.end, End::Committed));
            assert_eq!((appended.events[0].sequence, appended.events[0].epoch), (1, 1));
            drop(tx);
            let mut tx = store.begin(actor).await.expect("a connection that works");
            tx.record(event(store));
            tx.commit().await.expect("committed");
            assert_eq!(sequences(store, actor).await, [1, 2]);
        })
        .await;
    }

    #[tokio::test]
    async fn what_fails_before_its_commit_is_not_written() {
        on_a_log("not-handed-on", async |store, actor| {
            let tx = store.begin(actor).await.expect("a transaction");
            let mut last = Batch::default();
            last.push(Statement::from_string(DbBackend::Sqlite, "INSERT INTO account (id) VALUES (NULL)"));
            let outcome = append_with(&tx, last, "SELECT 1").await;
            outcome.err().expect("an account has an id");
            drop(tx);
            let tx = store.begin(actor).await.expect("a transaction");
            let outcome = append_with(&tx, Batch::default(), "SELECT otherwise").await;
            outcome.err().expect("the next one reads nothing that is there");
            drop(tx);
            assert!(sequences(store, actor).await.is_empty());
        })
        .await;
    }

    #[tokio::test]
    async fn an_account_without_a_log_is_told() {
        on_a_log("no-log", async |store, _| {
            let stranger = Actor::system(store.new_id());
            let tx = store.begin(&stranger).await.expect("a transaction");
            let outcome = append_with(&tx, Batch::default(), "SELECT 1").await;
            let told = outcome.err().expect("no log").to_string();
            assert!(told.contains("has no log"), "{told}");
        })
        .await;
    }
}
