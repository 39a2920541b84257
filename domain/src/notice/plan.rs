//! Planning notices: three statements at most, however many events and readers there are. They go to the database together.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{DbBackend, Statement, Value};
use sportello_entity::{AccountId, Timestamp};

use super::is_mailed;
use crate::{
    Result,
    log::{Event, Follower},
    store::Tx,
};

/// Who is mailed: active, in (the invitation accepted), and not opted out.
const READERS: &str =
    "u.account_id = $1 AND u.is_active AND u.receives_ticket_emails AND u.password_hash IS NOT NULL";

/// Plans a notice for every reader of each event that is mailed, whoever or whatever caused it.
#[derive(Clone, Copy, Debug)]
pub struct NoticePlanner {
    /// A ticket's changes within so many seconds go into one mail; 0: each has its own.
    pub merge_seconds: u32,
}

#[async_trait]
impl Follower for NoticePlanner {
    async fn plan(&self, tx: &mut Tx, events: &[Arc<Event>]) -> Result<()> {
        let mailed = Mailed::of(tx, events);
        let Some(mailed) = mailed else { return Ok(()) };
        match self.merge_seconds {
            0 => mailed.plan(tx, None),
            seconds => {
                mailed.join(tx);
                mailed.plan(tx, Some(tx.now().plus_seconds(seconds.into())));
            }
        }
        Ok(())
    }
}

/// Those of an account's events that are mailed.
struct Mailed {
    backend: DbBackend,
    account_id: AccountId,
    /// A list, as one value.
    sequences: String,
}

impl Mailed {
    /// None: nothing is.
    fn of(tx: &Tx, events: &[Arc<Event>]) -> Option<Self> {
        let mailed = events.iter().filter(|event| is_mailed(event));
        let sequences = mailed.map(|event| event.sequence.to_string()).collect::<Vec<_>>().join(", ");
        let backend = tx.store().backend();
        let sequences = match backend {
            _ if sequences.is_empty() => return None,
            DbBackend::Postgres => format!("{{{sequences}}}"),
            _ => format!("[{sequences}]"),
        };
        Some(Self { backend, account_id: tx.actor.account_id, sequences })
    }

    /// Whether a column is among the sequences, which stand in the parameter. In the text, they would make a new statement
    /// of each round.
    fn is_mailed(&self, column: &str, parameter: &str) -> String {
        match self.backend {
            DbBackend::Postgres => format!("{column} = ANY(CAST({parameter} AS bigint[]))"),
            _ => format!("{column} IN (SELECT value FROM json_each({parameter}))"),
        }
    }

    fn run(&self, tx: &mut Tx, sql: String, values: Vec<Value>) {
        tx.run_last(Statement::from_sql_and_values(self.backend, sql, values));
    }

    /// Takes the events into the notices on their tickets that still wait for more.
    fn join(&self, tx: &mut Tx) {
        let sql = format!(
            "UPDATE notice SET last_sequence = (SELECT MAX(e.sequence) FROM event e WHERE e.account_id = $1 AND {} \
             AND e.subject_id = notice.ticket_id) WHERE joins_until > $2 AND failed_at IS NULL \
             AND ticket_id IN (SELECT subject_id FROM event WHERE account_id = $1 AND {})",
            self.is_mailed("e.sequence", "$3"),
            self.is_mailed("sequence", "$3")
        );
        let values = vec![self.account_id.into(), tx.now().into(), self.sequences.clone().into()];
        self.run(tx, sql, values);
    }

    /// Writes a notice of each event, or, where they are merged, of each ticket's events, for each reader who has none
    /// that took them in; and wakes the readers' queues.
    fn plan(&self, tx: &mut Tx, joins_until: Option<Timestamp>) {
        let (not_joined, merged) = match joins_until {
            Some(_) => (
                "AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.ticket_id = e.subject_id AND n.joins_until > $2 \
                 AND n.failed_at IS NULL AND n.reader_id = u.id)",
                "",
            ),
            None => ("", ", e.sequence"),
        };
        let sql = format!(
            "INSERT INTO notice (reader_id, first_sequence, account_id, ticket_id, last_sequence, joins_until, \
             attempts, created_at) SELECT u.id, MIN(e.sequence), u.account_id, e.subject_id, MAX(e.sequence), $3, 0, $2 \
             FROM event e JOIN app_user u ON u.account_id = e.account_id WHERE {READERS} \
             AND {} {not_joined} GROUP BY u.id, u.account_id, e.subject_id{merged}",
            self.is_mailed("e.sequence", "$4")
        );
        let now = tx.now();
        let values =
            vec![self.account_id.into(), now.into(), joins_until.into(), self.sequences.clone().into()];
        self.run(tx, sql, values);
        // Locked in the order of ids, as by those who claim. A queue that is due, held or pausing stays as it is: its
        // worker finds the new notice behind the others.
        let sql = format!(
            "INSERT INTO notice_queue (reader_id, due_at) SELECT u.id, $2 FROM app_user u WHERE {READERS} \
             ORDER BY u.id ON CONFLICT (reader_id) DO UPDATE SET due_at = excluded.due_at \
             WHERE notice_queue.due_at IS NULL"
        );
        self.run(tx, sql, vec![self.account_id.into(), joins_until.unwrap_or(now).into()]);
    }
}
