//! Reading the log by pages. Recent pages are kept in memory, so that many followers of one account cost one read.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use metrics::counter;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sportello_entity::{AccountId, event, log_head};

use crate::{
    Error, Result,
    log::{Event, EventCursor, memory::Memory},
    store::Store,
};

/// How many events one read takes.
pub(crate) const PAGE: u64 = 500;

/// The log's reader.
#[derive(Default)]
pub struct Log {
    memories: Mutex<HashMap<AccountId, Arc<Memory>>>,
}

impl Log {
    /// Up to 500 events after `after`, oldest first. Empty: that was the head.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn page(&self, store: &Store, after: EventCursor) -> Result<Vec<Arc<Event>>> {
        let memory = self.memory_of(after.account_id);
        let mut recent = memory.recent(store.covered()).await;
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

    /// What is in memory of an account's log, for whoever is about to write there. To be asked for before the commit: what
    /// is forgotten meanwhile does not come back.
    pub(crate) fn memory_of(&self, account_id: AccountId) -> Arc<Memory> {
        self.memories.lock().expect("no holder panics").entry(account_id).or_default().clone()
    }

    /// Drops what is in memory of an account: its log was rewritten (a contact erased, an epoch made anew).
    pub(crate) fn forget(&self, account_id: AccountId) {
        self.memories.lock().expect("no holder panics").remove(&account_id);
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
