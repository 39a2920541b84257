//! Marking notifications as read.

use crate::{Actor, Error, Result, log::EventCursor, store::Store};

/// Says that the user has read everything up to this place, on all of their devices. A mark only moves forward; one that
/// lies further stays where it is. Marks are not in the log.
///
/// # Errors
/// FORBIDDEN for an API key; CURSOR_INVALID for what is no cursor of this account's log, or lies beyond its head.
pub async fn mark_read(store: &Store, actor: &Actor, up_to: &str) -> Result<()> {
    let user_id = actor.require_user()?;
    let up_to = EventCursor::parse(actor.account_id, up_to)?;
    let head = store.head(actor.account_id).await?;
    if up_to.epoch != head.epoch {
        return Err(Error::LogReplaced);
    }
    if up_to.sequence > head.sequence {
        let message = "lies beyond the end of the log: send one as an answer of this account gave it";
        return Err(Error::CursorInvalid(message.to_owned()));
    }
    let sql = "INSERT INTO notification_mark (user_id, account_id, sequence) VALUES ($1, $2, $3) \
               ON CONFLICT (user_id) DO UPDATE SET sequence = excluded.sequence \
               WHERE notification_mark.sequence < excluded.sequence";
    let values = vec![user_id.into(), actor.account_id.into(), up_to.sequence.into()];
    let mut tx = store.begin(actor).await?;
    if tx.execute(sql, values).await? > 0 {
        tx.write_without_event();
    }
    tx.commit().await?;
    store.marks().advance(user_id, up_to.sequence);
    Ok(())
}
