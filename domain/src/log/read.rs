//! Reading the log by pages. Recent pages are kept in memory, so that many followers of one account cost one read.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sportello_entity::{AccountId, event, log_head};

use crate::{
    Error, Result,
    log::{Event, EventCursor},
    store::Store,
};

/// How many events one read takes.
pub(crate) const PAGE: u64 = 500;
/// How many events of an account stay in memory.
const KEPT: usize = 1_000;

/// The log's reader.
#[derive(Default)]
pub struct Log {
    recent: Mutex<HashMap<AccountId, Arc<tokio::sync::Mutex<Recent>>>>,
}

/// The last events read of one account: contiguous, oldest first.
#[derive(Default)]
struct Recent {
    epoch: i64,
    events: VecDeque<Arc<Event>>,
}

impl Log {
    /// Up to 500 events after `after`, oldest first. Empty: that was the head.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn page(&self, store: &Store, after: EventCursor) -> Result<Vec<Arc<Event>>> {
        let recent = self.recent_of(after.account_id);
        let mut recent = recent.lock().await;
        if let Some(events) = recent.after(after) {
            return Ok(events);
        }
        let events = read(store, after).await?;
        store.settled().await?;
        recent.take(after, &events);
        Ok(events)
    }

    /// Whether a client may go on from this cursor; `head` was read after the client sent it.
    ///
    /// # Errors
    /// LOG_REPLACED when it is of another incarnation of the log, CURSOR_EXPIRED when what follows it is gone.
    pub async fn check(&self, store: &Store, head: &log_head::Model, cursor: EventCursor) -> Result<()> {
        if cursor.epoch == head.epoch && cursor.sequence > head.sequence {
            store.new_epoch(cursor.account_id).await?;
            return Err(Error::LogReplaced);
        }
        if cursor.epoch != head.epoch {
            return Err(Error::LogReplaced);
        }
        if cursor.sequence < head.sequence {
            let next = event::Entity::find_by_id((cursor.account_id, cursor.sequence + 1));
            next.one(store.reader()).await?.ok_or(Error::CursorExpired)?;
        }
        Ok(())
    }

    fn recent_of(&self, account_id: AccountId) -> Arc<tokio::sync::Mutex<Recent>> {
        self.recent.lock().expect("no holder panics").entry(account_id).or_default().clone()
    }

    /// Drops what is in memory of an account: its log was rewritten (a contact erased, an epoch made anew).
    pub(crate) fn forget(&self, account_id: AccountId) {
        self.recent.lock().expect("no holder panics").remove(&account_id);
    }
}

impl Recent {
    /// The events after the cursor, if memory reaches back to it and holds at least one.
    fn after(&self, cursor: EventCursor) -> Option<Vec<Arc<Event>>> {
        let (first, last) = (self.events.front()?.sequence, self.events.back()?.sequence);
        let covers = self.epoch == cursor.epoch && first <= cursor.sequence + 1 && cursor.sequence < last;
        let skipped = usize::try_from(cursor.sequence + 1 - first).ok().filter(|_| covers)?;
        let page = usize::try_from(PAGE).expect("a page is small");
        Some(self.events.iter().skip(skipped).take(page).cloned().collect())
    }

    /// Takes in a page that begins where memory ends; another page replaces what is there, if it is newer.
    fn take(&mut self, after: EventCursor, page: &[Arc<Event>]) {
        let Some(last) = page.last() else { return };
        let end = self.events.back().map(|event| event.sequence);
        if self.epoch != after.epoch || end.is_some_and(|end| end != after.sequence && last.sequence > end) {
            self.events.clear();
        } else if end.is_some_and(|end| end != after.sequence) {
            return;
        }
        self.epoch = after.epoch;
        self.events.extend(page.iter().cloned());
        let surplus = self.events.len().saturating_sub(KEPT);
        self.events.drain(..surplus);
    }
}

async fn read(store: &Store, after: EventCursor) -> Result<Vec<Arc<Event>>> {
    let rows = event::Entity::find()
        .filter(event::Column::AccountId.eq(after.account_id))
        .filter(event::Column::Sequence.gt(after.sequence))
        .order_by_asc(event::Column::Sequence)
        .limit(PAGE)
        .all(store.reader())
        .await?;
    rows.into_iter().map(|row| Event::of(row, after.epoch).map(Arc::new)).collect()
}

impl Store {
    /// Makes the log's epoch anew: every cursor handed out before is answered with LOG_REPLACED.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn new_epoch(&self, account_id: AccountId) -> Result<()> {
        use sea_orm::sea_query::{Expr, ExprTrait};
        log_head::Entity::update_many()
            .col_expr(log_head::Column::Epoch, Expr::col(log_head::Column::Epoch).add(1))
            .filter(log_head::Column::AccountId.eq(account_id))
            .exec(self.writer())
            .await?;
        self.log().forget(account_id);
        Ok(())
    }
}
