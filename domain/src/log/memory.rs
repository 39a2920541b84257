//! What is in memory of one account's log: its last events, as they were read, or as this process has written them.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use crate::log::{Event, EventCursor, read::PAGE};

/// How many events of an account stay in memory.
const KEPT: usize = 1_000;

/// What is in memory of one account's log.
#[derive(Default)]
pub(crate) struct Memory {
    /// Whoever holds it reads the log for all.
    recent: tokio::sync::Mutex<Recent>,
    written: Mutex<Written>,
}

impl Memory {
    /// Keeps what this process has committed: its followers need not read it. It is told once the disk holds it: once
    /// flushes cover the commit of that number (`Durability`).
    pub(crate) fn keep(&self, events: &[Arc<Event>], commit: u64) {
        let mut written = self.written.lock().expect("no holder panics");
        let placed = events.iter().map(|event| ((event.epoch, event.sequence), (commit, event.clone())));
        written.0.extend(placed);
        while written.0.len() > KEPT {
            written.0.pop_first();
        }
    }

    /// The last events, with what was committed since and flushes cover, up to the commit of that number.
    pub(super) async fn recent(&self, covered: u64) -> tokio::sync::MutexGuard<'_, Recent> {
        let mut recent = self.recent.lock().await;
        recent.go_on(&mut self.written.lock().expect("no holder panics"), covered);
        recent
    }
}

/// What this process has committed and the last events do not hold yet: by epoch and sequence, with the commit's number.
/// Commits come in their order on SQLite only, and other processes' are missing.
#[derive(Default)]
struct Written(BTreeMap<(i64, i64), (u64, Arc<Event>)>);

/// The last events of one account: contiguous, oldest first.
#[derive(Default)]
pub(super) struct Recent {
    epoch: i64,
    events: VecDeque<Arc<Event>>,
}

impl Recent {
    /// The events after the cursor, if memory reaches back to it and holds at least one.
    pub(super) fn after(&self, cursor: EventCursor) -> Option<Vec<Arc<Event>>> {
        let (first, last) = self.span()?;
        let covers = self.epoch == cursor.epoch && first <= cursor.sequence + 1 && cursor.sequence < last;
        let skipped = usize::try_from(cursor.sequence + 1 - first).ok().filter(|_| covers)?;
        let page = usize::try_from(PAGE).expect("a page is small");
        Some(self.events.iter().skip(skipped).take(page).cloned().collect())
    }

    /// Takes in a page that goes on where memory ends, or that leads to where it begins: clients come back from here and
    /// there. Another page replaces what is there, if it is newer.
    pub(super) fn take(&mut self, after: EventCursor, page: &[Arc<Event>]) {
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

    /// Takes in what was written where memory ends. What another process wrote in between is to be read first.
    fn go_on(&mut self, written: &mut Written, covered: u64) {
        let Some((_, mut end)) = self.span() else { return };
        while let Some(next) = written.0.first_entry() {
            let (place, is_covered) = (*next.key(), next.get().0 <= covered);
            if place > (self.epoch, end + 1) || !is_covered {
                break;
            }
            let (_, event) = next.remove();
            if place == (self.epoch, end + 1) {
                self.events.push_back(event);
                end += 1;
            }
        }
        self.trim();
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
