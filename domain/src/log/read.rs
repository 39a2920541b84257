//! Reading the log by pages. Recent pages are kept in memory, so that many followers of one account cost one read.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use metrics::counter;
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
            // Whoever goes on from here reads this page next, from memory.
            let page = self.page(store, cursor).await?;
            let next = page.first().filter(|event| event.sequence == cursor.sequence + 1);
            next.ok_or(Error::CursorExpired)?;
        }
        Ok(())
    }

    /// Where memory of an account's log ends, for whoever is about to write there. To be asked for before the commit: what
    /// is forgotten meanwhile does not come back.
    pub(crate) fn end_of(&self, account_id: AccountId) -> LogEnd {
        LogEnd(self.recent_of(account_id))
    }

    fn recent_of(&self, account_id: AccountId) -> Arc<tokio::sync::Mutex<Recent>> {
        self.recent.lock().expect("no holder panics").entry(account_id).or_default().clone()
    }

    /// Drops what is in memory of an account: its log was rewritten (a contact erased, an epoch made anew).
    pub(crate) fn forget(&self, account_id: AccountId) {
        self.recent.lock().expect("no holder panics").remove(&account_id);
    }
}

/// Where memory of one account's log ends.
pub(crate) struct LogEnd(Arc<tokio::sync::Mutex<Recent>>);

impl LogEnd {
    /// Keeps what this process has written, and the disk holds, where it goes on from what is in memory: its followers need
    /// not read it. Somebody who reads at this moment reads it, too, or leaves it to the next one.
    pub(crate) fn keep(&self, events: &[Arc<Event>]) {
        if let Ok(mut recent) = self.0.try_lock() {
            recent.go_on(events);
        }
    }
}

impl Recent {
    /// The events after the cursor, if memory reaches back to it and holds at least one.
    fn after(&self, cursor: EventCursor) -> Option<Vec<Arc<Event>>> {
        let (first, last) = self.span()?;
        let covers = self.epoch == cursor.epoch && first <= cursor.sequence + 1 && cursor.sequence < last;
        let skipped = usize::try_from(cursor.sequence + 1 - first).ok().filter(|_| covers)?;
        let page = usize::try_from(PAGE).expect("a page is small");
        Some(self.events.iter().skip(skipped).take(page).cloned().collect())
    }

    /// Takes in a page that goes on where memory ends, or that leads to where it begins: clients come back from here and
    /// there. Another page replaces what is there, if it is newer.
    fn take(&mut self, after: EventCursor, page: &[Arc<Event>]) {
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return };
        let known = self.span().filter(|_| self.epoch == after.epoch);
        match known {
            Some((_, end)) if after.sequence == end => self.events.extend(page.iter().cloned()),
            Some((begin, end)) if last.sequence <= end => {
                if first.sequence < begin && last.sequence + 1 >= begin {
                    self.reach_back(begin, page);
                }
            }
            _ => self.events = page.iter().cloned().collect(),
        }
        self.epoch = after.epoch;
        self.trim();
    }

    /// Takes in events, if memory ends right before them.
    fn go_on(&mut self, events: &[Arc<Event>]) {
        let (Some(first), Some((_, end))) = (events.first(), self.span()) else { return };
        if first.epoch == self.epoch && first.sequence == end + 1 {
            self.events.extend(events.iter().cloned());
            self.trim();
        }
    }

    fn trim(&mut self) {
        let surplus = self.events.len().saturating_sub(KEPT);
        self.events.drain(..surplus);
    }

    fn reach_back(&mut self, begin: i64, page: &[Arc<Event>]) {
        let room = KEPT.saturating_sub(self.events.len());
        let older = page.iter().rev().skip_while(|event| event.sequence >= begin).take(room);
        older.for_each(|event| self.events.push_front(Arc::clone(event)));
    }

    /// The first and the last sequence in memory.
    fn span(&self) -> Option<(i64, i64)> {
        Some((self.events.front()?.sequence, self.events.back()?.sequence))
    }
}

/// Counted: what memory answers costs the database nothing.
async fn read(store: &Store, after: EventCursor) -> Result<Vec<Arc<Event>>> {
    counter!("sportello_log_reads_total").increment(1);
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
    /// Drops what is in memory of an account whose database was restored: it is of another log.
    pub(crate) fn forget(&self, account_id: AccountId) {
        self.log().forget(account_id);
        self.directories().forget(account_id);
    }

    /// Makes the log's epoch anew: every cursor handed out before is answered with LOG_REPLACED. It is a moment, in
    /// milliseconds: a backup that is restored twice must not lead to the same epoch twice.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn new_epoch(&self, account_id: AccountId) -> Result<()> {
        use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
        let (epoch, now) = (Expr::col(log_head::Column::Epoch), self.now().0);
        let next = CaseStatement::new().case(epoch.clone().lt(now), now).finally(epoch.add(1));
        log_head::Entity::update_many()
            .col_expr(log_head::Column::Epoch, next.into())
            .filter(log_head::Column::AccountId.eq(account_id))
            .exec(self.writer())
            .await?;
        self.forget(account_id);
        Ok(())
    }
}
