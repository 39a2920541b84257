//! Much at once.

use serde_json::json;
use sportello_domain::{Actor, log::EventCursor, store::NewEvent};

use crate::Desk;

impl Desk {
    /// Tells what happened last so many times again, in one transaction.
    ///
    /// # Panics
    /// When it cannot be written.
    pub async fn bursts(&self, count: usize) {
        let account_id = self.account_id.parse().expect("an id");
        let mut tx = self.store().begin(&Actor::system(account_id)).await.expect("a transaction");
        let like = self.last_event().await;
        for _ in 0..count {
            tx.record(like.clone());
        }
        assert_eq!(tx.commit().await.expect("committed").len(), count);
    }

    async fn last_event(&self) -> NewEvent {
        let account_id = self.account_id.parse().expect("an id");
        let head = self.store().head(account_id).await.expect("a head");
        let before = EventCursor { account_id, epoch: head.epoch, sequence: head.sequence - 1 };
        let page = self.store().log().page(self.store(), before).await.expect("the log is read");
        let event = page.last().expect("an event");
        NewEvent {
            r#type: event.r#type,
            subject_id: event.subject_id,
            note_id: event.note_id,
            changes: event.changes.clone(),
            snapshot: event.snapshot.clone(),
            // There was a before, and nothing in it was different.
            previous: Some(json!({})),
        }
    }
}
