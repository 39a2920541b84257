//! Appending: the last statements of a transaction, in which events get their numbers.

use std::sync::{Arc, OnceLock};

use sea_orm::ActiveEnum;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};
use sportello_entity::EventId;

use crate::{
    Result,
    log::{Event, EventGroup},
    store::{NewEvent, Tx},
};

/// How many events one statement takes: below the databases' limits on parameters (32,766 and 65,535).
const CHUNK: usize = 1_000;

#[derive(FromQueryResult)]
struct Head {
    sequence: i64,
    epoch: i64,
}

/// Gives the events their numbers and writes them.
pub(crate) async fn append(tx: &Tx, events: Vec<NewEvent>) -> Result<Vec<Arc<Event>>> {
    let mut appended = Vec::with_capacity(events.len());
    for chunk in events.chunks(CHUNK) {
        let ids: Vec<EventId> = chunk.iter().map(|_| tx.new_id()).collect();
        let head = match tx.store().backend() {
            DbBackend::Postgres => append_in_one(tx, chunk, &ids).await?,
            _ => append_in_two(tx, chunk, &ids).await?,
        };
        let first = head.sequence - length(chunk) + 1;
        for ((event, id), sequence) in chunk.iter().zip(ids).zip(first..) {
            appended.push(Arc::new(numbered(tx, event.clone(), id, sequence, head.epoch)));
        }
    }
    Ok(appended)
}

/// PostgreSQL: the head's row is locked by the very statement that writes the events.
async fn append_in_one(tx: &Tx, chunk: &[NewEvent], ids: &[EventId]) -> Result<Head> {
    let mut values = head_values(tx, chunk);
    values.push(i64::from(i32::try_from(chunk.len()).expect("a chunk is small")).into());
    let mut rows = Vec::with_capacity(chunk.len());
    for ((event, id), ordinal) in chunk.iter().zip(ids).zip(1_i64..) {
        let from = values.len();
        values.extend(row_values(tx, event, *id)?);
        rows.push(format!(
            "({ordinal}::bigint, ${}::uuid, ${}, ${}::bigint, ${}, ${}::uuid, ${}::uuid, ${}::uuid, ${}, ${}, ${})",
            from + 1,
            from + 2,
            from + 3,
            from + 4,
            from + 5,
            from + 6,
            from + 7,
            from + 8,
            from + 9,
            from + 10,
        ));
    }
    let sql = format!(
        "WITH head AS (UPDATE log_head SET sequence = sequence + $1, directory_sequence = CASE WHEN $2 > 0 \
         THEN sequence + $2 ELSE directory_sequence END WHERE account_id = $3 RETURNING sequence, epoch), \
         appended AS (INSERT INTO event (account_id, sequence, id, type, occurred_at, actor_kind, actor_id, subject_id, \
         note_id, changes, snapshot, previous) SELECT $3, head.sequence - $4 + v.ordinal, v.id, v.type, v.occurred_at, \
         v.actor_kind, v.actor_id, v.subject_id, v.note_id, v.changes, v.snapshot, v.previous FROM head, (VALUES {}) \
         AS v (ordinal, id, type, occurred_at, actor_kind, actor_id, subject_id, note_id, changes, snapshot, previous)) \
         SELECT sequence, epoch FROM head",
        rows.join(", ")
    );
    head(tx, &sql, values).await
}

/// SQLite: one writer, so that two statements are as good as one.
async fn append_in_two(tx: &Tx, chunk: &[NewEvent], ids: &[EventId]) -> Result<Head> {
    let sql = "UPDATE log_head SET sequence = sequence + $1, directory_sequence = CASE WHEN $2 > 0 \
               THEN sequence + $2 ELSE directory_sequence END WHERE account_id = $3 RETURNING sequence, epoch";
    let head = head(tx, sql, head_values(tx, chunk)).await?;
    let first = head.sequence - length(chunk) + 1;
    let mut values = Vec::new();
    for ((event, id), sequence) in chunk.iter().zip(ids).zip(first..) {
        values.extend([tx.actor.account_id.into(), sequence.into()]);
        values.extend(row_values(tx, event, *id)?);
    }
    let row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let sql = format!(
        "INSERT INTO event (account_id, sequence, id, type, occurred_at, actor_kind, actor_id, subject_id, note_id, \
         changes, snapshot, previous) VALUES {}",
        vec![row; chunk.len()].join(", ")
    );
    tx.execute(&sql, values).await?;
    Ok(head)
}

async fn head(tx: &Tx, sql: &str, values: Vec<Value>) -> Result<Head> {
    let statement = Statement::from_sql_and_values(tx.store().backend(), sql, values);
    let row = tx.db().query_one_raw(statement).await?;
    let row = row.ok_or_else(|| crate::Error::Internal("the account has no log".to_owned()))?;
    Ok(Head::from_query_result(&row, "")?)
}

/// How far the head moves, how far the directory's, and whose it is.
fn head_values(tx: &Tx, chunk: &[NewEvent]) -> Vec<Value> {
    let last_in_directory = chunk.iter().rposition(|event| EventGroup::is_in_directory(event.r#type));
    let directory = last_in_directory.map_or(0, |index| i64::try_from(index).expect("a chunk is small") + 1);
    vec![length(chunk).into(), directory.into(), tx.actor.account_id.into()]
}

fn row_values(tx: &Tx, event: &NewEvent, id: EventId) -> Result<[Value; 10]> {
    let actor = tx.actor.reference();
    Ok([
        id.into(),
        event.r#type.to_value().into(),
        tx.now().into(),
        actor.kind.to_value().into(),
        actor.id.into(),
        event.subject_id.into(),
        event.note_id.map(|note| note.0).into(),
        serde_json::to_string(&event.changes)?.into(),
        event.snapshot.to_string().into(),
        event.previous.as_ref().map(ToString::to_string).into(),
    ])
}

fn length(chunk: &[NewEvent]) -> i64 {
    i64::try_from(chunk.len()).expect("a chunk is small")
}

fn numbered(tx: &Tx, event: NewEvent, id: EventId, sequence: i64, epoch: i64) -> Event {
    let NewEvent { r#type, subject_id, note_id, changes, snapshot, previous } = event;
    Event {
        account_id: tx.actor.account_id,
        epoch,
        sequence,
        id,
        r#type,
        occurred_at: tx.now(),
        actor: tx.actor.reference(),
        automation_run_id: None,
        subject_id,
        note_id,
        changes,
        snapshot,
        previous,
        tickets: OnceLock::new(),
    }
}
