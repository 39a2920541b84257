//! Planning notices: for each event two statements, however many readers there are.

use std::sync::Arc;

use async_trait::async_trait;
use sportello_entity::Timestamp;

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
    async fn plan(&self, tx: &mut Tx, event: &Arc<Event>) -> Result<()> {
        if !is_mailed(event) {
            return Ok(());
        }
        match self.merge_seconds {
            0 => plan(tx, event, None).await,
            seconds => {
                join(tx, event).await?;
                plan(tx, event, Some(tx.now().plus_seconds(seconds.into()))).await
            }
        }
    }
}

/// Takes the event into the notices on its ticket that still wait for more.
async fn join(tx: &Tx, event: &Event) -> Result<()> {
    let sql = "UPDATE notice SET last_sequence = $1 WHERE ticket_id = $2 AND joins_until > $3 AND failed_at IS NULL";
    tx.execute(sql, vec![event.sequence.into(), event.subject_id.into(), tx.now().into()]).await?;
    Ok(())
}

/// Writes a notice for each reader who has none that took the event in, and wakes their queues.
async fn plan(tx: &Tx, event: &Event, joins_until: Option<Timestamp>) -> Result<()> {
    let joined = match joins_until {
        Some(_) => {
            "AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.ticket_id = $3 AND n.joins_until > $4 \
             AND n.failed_at IS NULL AND n.reader_id = u.id)"
        }
        None => "",
    };
    let sql = format!(
        "INSERT INTO notice (reader_id, first_sequence, account_id, ticket_id, last_sequence, joins_until, attempts, \
         created_at) SELECT u.id, $2, u.account_id, $3, $2, $5, 0, $4 FROM app_user u WHERE {READERS} {joined}"
    );
    let account_id = event.account_id;
    let (ticket_id, now) = (event.subject_id, tx.now());
    let values =
        vec![account_id.into(), event.sequence.into(), ticket_id.into(), now.into(), joins_until.into()];
    tx.execute(&sql, values).await?;
    // Locked in the order of ids, as by those who claim. A queue that is due, held or pausing stays as it is: its worker
    // finds the new notice behind the others.
    let sql = format!(
        "INSERT INTO notice_queue (reader_id, due_at) SELECT u.id, $2 FROM app_user u WHERE {READERS} \
         ORDER BY u.id ON CONFLICT (reader_id) DO UPDATE SET due_at = excluded.due_at WHERE notice_queue.due_at IS NULL"
    );
    tx.execute(&sql, vec![account_id.into(), joins_until.unwrap_or(now).into()]).await?;
    Ok(())
}
