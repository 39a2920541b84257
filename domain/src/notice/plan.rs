//! Planning notices: two statements, however many events and readers there are.

use std::sync::Arc;

use async_trait::async_trait;
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
        if mailed.sequences.is_empty() {
            return Ok(());
        }
        match self.merge_seconds {
            0 => mailed.plan(tx, None).await,
            seconds => {
                mailed.join(tx).await?;
                mailed.plan(tx, Some(tx.now().plus_seconds(seconds.into()))).await
            }
        }
    }
}

/// Those of an account's events that are mailed.
struct Mailed {
    account_id: AccountId,
    /// As a list in SQL.
    sequences: String,
}

impl Mailed {
    fn of(tx: &Tx, events: &[Arc<Event>]) -> Self {
        let mailed = events.iter().filter(|event| is_mailed(event));
        let sequences = mailed.map(|event| event.sequence.to_string()).collect::<Vec<_>>().join(", ");
        Self { account_id: tx.actor.account_id, sequences }
    }

    /// Takes the events into the notices on their tickets that still wait for more.
    async fn join(&self, tx: &Tx) -> Result<()> {
        let last = format!(
            "SELECT MAX(e.sequence) FROM event e WHERE e.account_id = $1 AND e.sequence IN ({}) \
             AND e.subject_id = notice.ticket_id",
            self.sequences
        );
        let sql = format!(
            "UPDATE notice SET last_sequence = ({last}) WHERE joins_until > $2 AND failed_at IS NULL \
             AND ticket_id IN (SELECT subject_id FROM event WHERE account_id = $1 AND sequence IN ({}))",
            self.sequences
        );
        tx.execute(&sql, vec![self.account_id.into(), tx.now().into()]).await?;
        Ok(())
    }

    /// Writes a notice of each event, or, where they are merged, of each ticket's events, for each reader who has none
    /// that took them in; and wakes the readers' queues.
    async fn plan(&self, tx: &Tx, joins_until: Option<Timestamp>) -> Result<()> {
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
             AND e.sequence IN ({}) {not_joined} GROUP BY u.id, u.account_id, e.subject_id{merged}",
            self.sequences
        );
        let now = tx.now();
        tx.execute(&sql, vec![self.account_id.into(), now.into(), joins_until.into()]).await?;
        // Locked in the order of ids, as by those who claim. A queue that is due, held or pausing stays as it is: its
        // worker finds the new notice behind the others.
        let sql = format!(
            "INSERT INTO notice_queue (reader_id, due_at) SELECT u.id, $2 FROM app_user u WHERE {READERS} \
             ORDER BY u.id ON CONFLICT (reader_id) DO UPDATE SET due_at = excluded.due_at \
             WHERE notice_queue.due_at IS NULL"
        );
        tx.execute(&sql, vec![self.account_id.into(), joins_until.unwrap_or(now).into()]).await?;
        Ok(())
    }
}
