//! What a message does to its chat.

use sportello_entity::{ContactId, Timestamp};

use super::ServiceWindow;
use crate::{Result, store::Tx};

/// Says that the customer's service window is closed, whatever is known of it: the provider's word counts.
pub(crate) async fn close_window(tx: &Tx, contact_id: ContactId) -> Result<()> {
    let closed = ServiceWindow::closed_at(tx.now());
    let sql =
        "UPDATE chat SET last_inbound_at = $1 WHERE id = $2 AND account_id = $3 AND last_inbound_at > $1";
    let values = [closed.into(), contact_id.into(), tx.actor.account_id.into()];
    tx.execute(sql, values.into()).await?;
    Ok(())
}

/// A message as its chat sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Activity {
    /// When it was written.
    pub(crate) at: Timestamp,
    /// Whether the customer wrote it.
    pub(crate) is_inbound: bool,
    /// Whether somebody should read it.
    pub(crate) is_unread: bool,
}

/// Brings the chat up to date, or into being. Locks its row; messages may come late, so its times never go back.
pub(crate) async fn note_activity(tx: &Tx, contact_id: ContactId, activity: Activity) -> Result<()> {
    let Activity { at, is_inbound, is_unread } = activity;
    let sql = "INSERT INTO chat (id, account_id, unread_count, last_message_at, last_inbound_at) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET \
               unread_count = chat.unread_count + excluded.unread_count, \
               last_message_at = CASE WHEN excluded.last_message_at > chat.last_message_at \
               THEN excluded.last_message_at ELSE chat.last_message_at END, \
               last_inbound_at = CASE WHEN chat.last_inbound_at IS NULL \
               OR excluded.last_inbound_at > chat.last_inbound_at \
               THEN excluded.last_inbound_at ELSE chat.last_inbound_at END";
    let inbound = is_inbound.then_some(at);
    let values = [
        contact_id.into(),
        tx.actor.account_id.into(),
        i32::from(is_unread).into(),
        at.into(),
        inbound.into(),
    ];
    tx.execute(sql, values.into()).await?;
    Ok(())
}
