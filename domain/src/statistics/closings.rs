//! What was closed on each day, in memory: medians take every closing time.
//!
//! It is never stale: the counters of a day carry a revision, which goes up whenever one of its closings changes.

use std::{collections::BTreeMap, sync::Arc};

use chrono_tz::Tz;
use moka::sync::Cache;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use sportello_entity::{AccountId, ticket};

use super::{
    calendar::{self, Day, day_of},
    counted::Closing,
};
use crate::Result;

/// How much memory the closings may take, about.
const BYTES: u64 = 64 * 1024 * 1024;

/// Closings of a day, by category.
pub(super) type OfDay = Arc<[Closing]>;

/// A day as it was at one revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) account_id: AccountId,
    /// Of the log: a restored backup has revisions of its own.
    pub(super) epoch: i64,
    pub(super) zone: Tz,
    pub(super) day: Day,
    pub(super) revision: i64,
}

/// The closings that were read last.
pub(super) struct Closings {
    known: Cache<Key, OfDay>,
}

impl Default for Closings {
    fn default() -> Self {
        let bytes = |_: &Key, closings: &OfDay| {
            u32::try_from(size_of::<Key>() + size_of_val::<[Closing]>(closings)).unwrap_or(u32::MAX)
        };
        Self { known: Cache::builder().max_capacity(BYTES).weigher(bytes).build() }
    }
}

impl Closings {
    /// Those of these days that are in memory, and the keys of those that are not, in their order.
    pub(super) fn known(&self, keys: &[Key]) -> (BTreeMap<Day, OfDay>, Vec<Key>) {
        let (mut known, mut missing) = (BTreeMap::new(), Vec::new());
        for key in keys {
            match self.known.get(key) {
                Some(closings) => drop(known.insert(key.day, closings)),
                None => missing.push(*key),
            }
        }
        (known, missing)
    }

    /// Reads these days, which are in order, and keeps them. The connection sees the tickets at the keys' revisions.
    pub(super) async fn read(&self, db: &impl ConnectionTrait, keys: &[Key]) -> Result<BTreeMap<Day, OfDay>> {
        let mut read = BTreeMap::new();
        for run in keys.chunk_by(|one, next| one.day + 1 == next.day) {
            let mut days: BTreeMap<Day, Vec<Closing>> = run.iter().map(|key| (key.day, Vec::new())).collect();
            for closing in between(db, run).await? {
                days.entry(day_of(run[0].zone, closing.closed_at)).and_modify(|day| day.push(closing));
            }
            for key in run {
                let mut closings = days.remove(&key.day).unwrap_or_default();
                closings.sort_unstable();
                let closings: OfDay = closings.into();
                self.known.insert(*key, closings.clone());
                read.insert(key.day, closings);
            }
        }
        Ok(read)
    }
}

/// What was closed from the first of these days to the last.
async fn between(db: &impl ConnectionTrait, run: &[Key]) -> Result<Vec<Closing>> {
    let [first, ..] = run else { return Ok(Vec::new()) };
    let last = run.last().unwrap_or(first);
    let rows = ticket::Entity::find()
        .select_only()
        .columns([ticket::Column::CategoryId, ticket::Column::OpenedAt, ticket::Column::ClosedAt])
        .filter(ticket::Column::AccountId.eq(first.account_id))
        .filter(ticket::Column::ClosedAt.gte(calendar::start(first.zone, first.day)))
        .filter(ticket::Column::ClosedAt.lt(calendar::end(last.zone, last.day)))
        .filter(ticket::Column::DeletedAt.is_null());
    Ok(rows.into_model().all(db).await?)
}
