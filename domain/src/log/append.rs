//! Appending: the last statements of a transaction, in which events get their numbers.

use std::sync::{Arc, OnceLock};

use sea_orm::ActiveEnum;
use sea_orm::{DbBackend, FromQueryResult, Statement, Value};
use sportello_entity::EventId;

use crate::{
    Result,
    log::{Event, EventGroup},
    notification,
    statistics::{self, Counting, MovedHead, Moves},
    store::{Batch, NewEvent, Tx},
};

/// How many events one statement takes: below the databases' limits on parameters (32,766 and 65,535).
const CHUNK: usize = 1_000;

#[derive(FromQueryResult)]
struct Head {
    sequence: i64,
    epoch: i64,
}

/// Runs what the transaction has put off till now, gives the events their numbers and writes them; the counters of tickets
/// move along.
pub(crate) async fn append(
    tx: &Tx,
    mut last: Batch,
    events: Vec<NewEvent>,
    counting: Counting,
) -> Result<Vec<Arc<Event>>> {
    if counting.is_anew() || events.is_empty() {
        std::mem::take(&mut last).run(tx.db()).await?;
    }
    if counting.is_anew() {
        statistics::anew(tx).await?;
    }
    let mut moves = counting.moves();
    let mut appended = Vec::with_capacity(events.len());
    for chunk in events.chunks(CHUNK) {
        let ids: Vec<EventId> = chunk.iter().map(|_| tx.new_id()).collect();
        let head = append_chunk(tx, std::mem::take(&mut last), chunk, &ids, moves.take()).await?;
        let first = head.sequence - length(chunk) + 1;
        for ((event, id), sequence) in chunk.iter().zip(ids).zip(first..) {
            appended.push(Arc::new(numbered(tx, event.clone(), id, sequence, head.epoch)));
        }
    }
    Ok(appended)
}

/// Writes the events. Where the tickets have not been counted yet, or days are cut in another time zone by now, the
/// counters do not move, but are counted anew.
async fn append_chunk(
    tx: &Tx,
    mut last: Batch,
    chunk: &[NewEvent],
    ids: &[EventId],
    moves: Option<Moves>,
) -> Result<Head> {
    if let Some(moves) = &moves {
        if let Some(head) = write_chunk(tx, std::mem::take(&mut last), chunk, ids, Some(moves)).await? {
            return Ok(head);
        }
        statistics::anew(tx).await?;
    }
    let head = write_chunk(tx, last, chunk, ids, None).await?;
    head.ok_or_else(|| crate::Error::Internal("the account has no log".to_owned()))
}

/// None: the counters cannot move, and nothing but what was put off has been written.
async fn write_chunk(
    tx: &Tx,
    mut batch: Batch,
    chunk: &[NewEvent],
    ids: &[EventId],
    moves: Option<&Moves>,
) -> Result<Option<Head>> {
    batch.push(statement(tx, chunk, ids, moves)?);
    // Of all of it only the head's move answers a row.
    let rows = batch.run(tx.db()).await?;
    Ok(rows.first().map(|row| Head::from_query_result(row, "")).transpose()?)
}

/// Moves the head, the counters with it, and writes the events. On PostgreSQL it is one statement, so that the head's row
/// is locked by the very one that writes the events; on SQLite, which has one writer, several in one text. Nothing happens
/// where the counters cannot move.
fn statement(tx: &Tx, chunk: &[NewEvent], ids: &[EventId], moves: Option<&Moves>) -> Result<Statement> {
    let backend = tx.store().backend();
    let mut values = head_values(tx, chunk);
    let MovedHead { set, condition, values: counts } =
        moves.map(|moves| moves.head(values.len())).unwrap_or_default();
    values.extend(counts);
    let head = match backend {
        DbBackend::Postgres => "head".to_owned(),
        _ => format!("(SELECT sequence FROM log_head WHERE account_id = $3{condition}) AS head"),
    };
    let mut parts = vec![("head", head_update(&set, &condition))];
    for (name, table) in moves.map(Moves::tables).transpose()?.unwrap_or_default() {
        values.push(table.rows.clone().into());
        let rows = format!("${}", values.len());
        parts.push((name, table.insert(backend, "$3", &rows, &format!("{head}, "))));
    }
    parts.push(("appended", insertion(tx, chunk, ids, &head, &mut values)?));
    let sql = match backend {
        DbBackend::Postgres => {
            let tables = parts.iter().map(|(name, text)| format!("{name} AS ({text})"));
            format!("WITH {} SELECT sequence, epoch FROM head", tables.collect::<Vec<_>>().join(", "))
        }
        _ => parts.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("; "),
    };
    Ok(Statement::from_sql_and_values(backend, sql, values))
}

/// The types of an event's values, where PostgreSQL does not find out.
const CASTS: [&str; 12] =
    ["::uuid", "", "::bigint", "", "::uuid", "::uuid", "::uuid", "", "", "", "::uuid", "::boolean"];

/// The statement that writes the events, numbered by the table `head`.
fn insertion(
    tx: &Tx,
    chunk: &[NewEvent],
    ids: &[EventId],
    head: &str,
    values: &mut Vec<Value>,
) -> Result<String> {
    let cast = |index: usize| if tx.store().backend() == DbBackend::Postgres { CASTS[index] } else { "" };
    let mut rows = Vec::with_capacity(chunk.len());
    for ((event, id), back) in chunk.iter().zip(ids).zip((0..chunk.len()).rev()) {
        let from = values.len() + 1;
        values.extend(row_values(tx, event, *id)?);
        let places = (0..CASTS.len()).map(|index| format!(", ${}{}", from + index, cast(index)));
        rows.push(format!("({back}{})", places.collect::<String>()));
    }
    let columns = (2..=CASTS.len() + 1).map(|column| format!(", v.column{column}")).collect::<String>();
    Ok(format!(
        "INSERT INTO event (account_id, sequence, id, type, occurred_at, actor_kind, actor_id, subject_id, note_id, changes, \
         snapshot, previous, automation_run_id, notifies) SELECT $3, head.sequence - v.column1{columns} FROM {head}, \
         (VALUES {}) AS v",
        rows.join(", ")
    ))
}

/// The statement that moves the head; `set` and `condition` are what it does besides.
fn head_update(set: &str, condition: &str) -> String {
    format!(
        "UPDATE log_head SET sequence = sequence + $1, directory_sequence = CASE WHEN $2 > 0 \
         THEN sequence + $2 ELSE directory_sequence END{set} WHERE account_id = $3{condition} RETURNING sequence, epoch"
    )
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
