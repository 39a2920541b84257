//! The statement that gives events their numbers and writes them.

use sea_orm::{ActiveEnum, DbBackend, DbErr, Statement, Value};
use sportello_entity::EventId;

use crate::{
    Result,
    log::EventGroup,
    notification,
    statistics::{MovedHead, Moves},
    store::{NewEvent, Tx},
};

/// Moves the head, the counters with it, and writes the events. On PostgreSQL it is one statement, so that the head's row
/// is locked by the very one that writes the events; on SQLite, which has one writer, several in one text. Where the
/// counters cannot move, nothing happens on PostgreSQL, and on SQLite the events are refused since they have no number.
pub(super) fn statement(
    tx: &Tx,
    chunk: &[NewEvent],
    ids: &[EventId],
    moves: Option<&Moves>,
) -> Result<Statement> {
    let backend = tx.store().backend();
    let mut values = head_values(tx, chunk);
    let MovedHead { set, condition, values: counts } =
        moves.map(|moves| moves.head(values.len())).unwrap_or_default();
    values.extend(counts);
    let moved = format!("SELECT sequence FROM log_head WHERE account_id = $3{condition}");
    let (head, number) = match backend {
        DbBackend::Postgres => ("head".to_owned(), "head".to_owned()),
        _ => (format!("({moved}) AS head"), format!("(SELECT ({moved}) AS sequence) AS head")),
    };
    let mut parts = vec![("head", head_update(&set, &condition))];
    for (name, table) in moves.map(Moves::tables).transpose()?.unwrap_or_default() {
        values.push(table.rows.clone().into());
        let rows = format!("${}", values.len());
        parts.push((name, table.insert(backend, "$3", &rows, &format!("{head}, "))));
    }
    parts.push(("appended", events(tx, chunk, ids, &number, &mut values)?));
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

/// The statement that writes the events, numbered by the table `head`: no row writes none, NULL is refused.
fn events(
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

/// Whether SQLite refused events since the head did not move: what follows them, the commit, has not run.
/// Its message: <https://www.sqlite.org/rescode.html#constraint_notnull>.
pub(super) fn is_without_number(error: &DbErr) -> bool {
    error.to_string().contains("NOT NULL constraint failed: event.sequence")
}

/// How far events move the head.
pub(super) fn length(chunk: &[NewEvent]) -> i64 {
    i64::try_from(chunk.len()).expect("a chunk is small")
}
