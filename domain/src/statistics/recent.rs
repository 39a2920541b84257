//! What was just read: a thousand dashboards that follow the same statistics cost one reading a second.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use sportello_entity::{AccountId, UserId};
use tokio::{sync::Mutex, time::Instant};

use super::{
    figures::TicketStatistics,
    read::{StatisticsQuery, statistics},
};
use crate::{Permission, Result, actor::Actor, store::Store};

/// So long may a reading be given to others who follow.
pub(super) const MOMENT: Duration = Duration::from_secs(1);
/// How many questions are kept.
const KEPT: u64 = 1_000;

/// What decides the answer, besides the time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    account_id: AccountId,
    query: StatisticsQuery,
    /// Who is meant by "me" in a search.
    viewer: Option<UserId>,
    /// Whether a search looks at phones.
    reads_contacts: bool,
}

/// A reading.
#[derive(Clone)]
pub(super) struct Reading {
    pub(super) statistics: Arc<TicketStatistics>,
    pub(super) at: Instant,
    /// How long it took.
    pub(super) cost: Duration,
}

/// Locked while it is read anew: those who ask meanwhile wait for the one reading.
type Slot = Arc<Mutex<Option<Reading>>>;

/// The readings of the last moment.
pub(super) struct Recent {
    slots: Cache<Key, Slot>,
}

impl Default for Recent {
    fn default() -> Self {
        Self { slots: Cache::builder().max_capacity(KEPT).time_to_live(2 * MOMENT).build() }
    }
}

/// The statistics, not older than a moment, and at least as new as the event with this sequence.
pub(super) async fn read(
    store: &Store,
    actor: &Actor,
    query: StatisticsQuery,
    sequence: i64,
) -> Result<Reading> {
    let viewer = query.search.as_ref().and_then(|_| actor.user_id());
    let reads_contacts = actor.may(Permission::ReadContacts);
    let key = Key { account_id: actor.account_id, query, viewer, reads_contacts };
    let slot: Slot = store.statistics().recent.slots.get_with_by_ref(&key, Slot::default);
    let mut slot = slot.lock().await;
    let is_fit =
        |reading: &&Reading| reading.statistics.as_of.sequence >= sequence && reading.at.elapsed() < MOMENT;
    if let Some(reading) = slot.as_ref().filter(is_fit) {
        return Ok(reading.clone());
    }
    let begun = Instant::now();
    let statistics = Arc::new(statistics(store, actor, &key.query).await?);
    let reading = Reading { statistics, at: Instant::now(), cost: begun.elapsed() };
    *slot = Some(reading.clone());
    Ok(reading)
}
