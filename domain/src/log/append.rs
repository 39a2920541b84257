//! Appending: the last statements of a transaction, in which events get their numbers.

use std::sync::{Arc, OnceLock};

use sea_orm::ActiveEnum;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};
use sportello_entity::EventId;

use crate::{
    Result,
    log::{Event, EventGroup},
    notification,
    statistics::{self, Counting, Moves, Part},
    store::{NewEvent, Tx},
};

/// How many events one statement takes: below the databases' limits on parameters (32,766 and 65,535).
const CHUNK: usize = 1_000;

#[derive(FromQueryResult)]
struct Head {
    sequence: i64,
    epoch: i64,
}

/// Gives the events their numbers and writes them; the counters of tickets move along.
pub(crate) async fn append(tx: &Tx, events: Vec<NewEvent>, counting: Counting) -> Result<Vec<Arc<Event>>> {
    if counting.is_anew() {
        statistics::anew(tx).await?;
    }
    let mut moves = counting.moves();
    let mut appended = Vec::with_capacity(events.len());
    for chunk in events.chunks(CHUNK) {
        let ids: Vec<EventId> = chunk.iter().map(|_| tx.new_id()).collect();
        let head = append_chunk(tx, chunk, &ids, moves.take()).await?;
        let first = head.sequence - length(chunk) + 1;
        for ((event, id), sequence) in chunk.iter().zip(ids).zip(first..) {
            appended.push(Arc::new(numbered(tx, event.clone(), id, sequence, head.epoch)));
        }
    }
    Ok(appended)
}

/// Writes the events. Where the tickets have not been counted yet, or days are cut in another time zone by now, the
/// counters do not move, but are counted anew.
async fn append_chunk(tx: &Tx, chunk: &[NewEvent], ids: &[EventId], moves: Option<Moves>) -> Result<Head> {
    let append = async |moves: Option<&Moves>| match tx.store().backend() {
        DbBackend::Postgres => append_in_one(tx, chunk, ids, moves).await,
        _ => append_in_two(tx, chunk, ids, moves).await,
    };
    if let Some(moves) = &moves {
        if let Some(head) = append(Some(moves)).await? {
            return Ok(head);
        }
        statistics::anew(tx).await?;
    }
    append(None).await?.ok_or_else(|| crate::Error::Internal("the account has no log".to_owned()))
}

/// PostgreSQL: the head's row is locked by the very statement that writes the events.
async fn append_in_one(
    tx: &Tx,
    chunk: &[NewEvent],
    ids: &[EventId],
    moves: Option<&Moves>,
) -> Result<Option<Head>> {
    let mut values = head_values(tx, chunk);
    values.push(i64::from(i32::try_from(chunk.len()).expect("a chunk is small")).into());
    let mut rows = Vec::with_capacity(chunk.len());
    for ((event, id), ordinal) in chunk.iter().zip(ids).zip(1_i64..) {
        let from = values.len();
        values.extend(row_values(tx, event, *id)?);
        rows.push(format!(
            "({ordinal}::bigint, ${}::uuid, ${}, ${}::bigint, ${}, ${}::uuid, ${}::uuid, ${}::uuid, ${}, ${}, ${}, ${}::uuid, ${}::boolean)",
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
            from + 11,
            from + 12,
        ));
    }
    let part = part(tx, moves, values.len())?;
    values.extend(part.values);
    let sql = format!(
        "WITH head AS ({}), {}appended AS (INSERT INTO event (account_id, sequence, id, type, occurred_at, actor_kind, actor_id, subject_id, \
         note_id, changes, snapshot, previous, automation_run_id, notifies) SELECT $3, head.sequence - $4 + v.ordinal, v.id, v.type, v.occurred_at, \
         v.actor_kind, v.actor_id, v.subject_id, v.note_id, v.changes, v.snapshot, v.previous, \
         v.automation_run_id, v.notifies FROM head, (VALUES {}) \
         AS v (ordinal, id, type, occurred_at, actor_kind, actor_id, subject_id, note_id, changes, snapshot, previous, \
         automation_run_id, notifies)) \
         SELECT sequence, epoch FROM head",
        head_update(&part.set, &part.condition),
        part.tables,
        rows.join(", ")
    );
    head(tx, &sql, values).await
}

/// SQLite: one writer, so that two statements are as good as one.
async fn append_in_two(
    tx: &Tx,
    chunk: &[NewEvent],
    ids: &[EventId],
    moves: Option<&Moves>,
) -> Result<Option<Head>> {
    let mut values = head_values(tx, chunk);
    let part = part(tx, moves, values.len())?;
    values.extend(part.values);
    let Some(head) = head(tx, &head_update(&part.set, &part.condition), values).await? else {
        return Ok(None);
    };
    if let Some(moves) = moves {
        moves.write(tx).await?;
    }
    let first = head.sequence - length(chunk) + 1;
    let mut values = Vec::new();
    for ((event, id), sequence) in chunk.iter().zip(ids).zip(first..) {
        values.extend([tx.actor.account_id.into(), sequence.into()]);
        values.extend(row_values(tx, event, *id)?);
    }
    let row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let sql = format!(
        "INSERT INTO event (account_id, sequence, id, type, occurred_at, actor_kind, actor_id, subject_id, note_id, \
         changes, snapshot, previous, automation_run_id, notifies) VALUES {}",
        vec![row; chunk.len()].join(", ")
    );
    tx.execute(&sql, values).await?;
    Ok(Some(head))
}

/// The statement that moves the head; `set` and `condition` are what it does besides.
fn head_update(set: &str, condition: &str) -> String {
    format!(
        "UPDATE log_head SET sequence = sequence + $1, directory_sequence = CASE WHEN $2 > 0 \
         THEN sequence + $2 ELSE directory_sequence END{set} WHERE account_id = $3{condition} RETURNING sequence, epoch"
    )
}

/// What the counters add to a statement with so many parameters, of which the third is the account.
fn part(tx: &Tx, moves: Option<&Moves>, known: usize) -> Result<Part> {
    moves.map_or_else(|| Ok(Part::default()), |moves| moves.part(tx.store().backend(), 3, known))
}

async fn head(tx: &Tx, sql: &str, values: Vec<Value>) -> Result<Option<Head>> {
    let statement = Statement::from_sql_and_values(tx.store().backend(), sql, values);
    let row = tx.db().query_one_raw(statement).await?;
    Ok(row.map(|row| Head::from_query_result(&row, "")).transpose()?)
}

/// How far the head moves, how far the directory's, and whose it is.
fn head_values(tx: &Tx, chunk: &[NewEvent]) -> Vec<Value> {
    let last_in_directory = chunk.iter().rposition(|event| EventGroup::is_in_directory(event.r#type));
    let directory = last_in_directory.map_or(0, |index| i64::try_from(index).expect("a chunk is small") + 1);
    vec![length(chunk).into(), directory.into(), tx.actor.account_id.into()]
}

fn row_values(tx: &Tx, event: &NewEvent, id: EventId) -> Result<[Value; 12]> {
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
        tx.automation_run_id().map(|run| run.0).into(),
        notification::notifies(event).into(),
    ])
}

fn length(chunk: &[NewEvent]) -> i64 {
    i64::try_from(chunk.len()).expect("a chunk is small")
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
