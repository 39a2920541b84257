//! The marks of those who watch, so that reading on one device is told to the others: at once in this process, and by a
//! look now and then where another process wrote it.

use std::{collections::HashMap, sync::Mutex};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sportello_entity::{UserId, notification_mark};
use tokio::sync::watch;

use super::mark::position;
use crate::{Actor, Result, store::Store};

/// How many marks one look reads at most.
const CHUNK: usize = 500;

/// How far the users have read who watch in this process.
#[derive(Default)]
pub(crate) struct Marks {
    watched: Mutex<HashMap<UserId, watch::Sender<i64>>>,
}

impl Marks {
    fn watch(&self, user_id: UserId) -> watch::Receiver<i64> {
        let mut watched = self.watched.lock().expect("no holder panics");
        watched.entry(user_id).or_insert_with(|| watch::channel(0).0).subscribe()
    }

    /// Says that the user has read so far.
    pub(super) fn advance(&self, user_id: UserId, sequence: i64) {
        let watched = self.watched.lock().expect("no holder panics");
        if let Some(mark) = watched.get(&user_id) {
            mark.send_if_modified(|known| {
                let is_news = sequence > *known;
                *known = sequence.max(*known);
                is_news
            });
        }
    }

    /// The users who watch; those who do so no more are forgotten.
    fn watched(&self) -> Vec<UserId> {
        let mut watched = self.watched.lock().expect("no holder panics");
        watched.retain(|_, mark| mark.receiver_count() > 0);
        watched.keys().copied().collect()
    }
}

/// How far a user has read, as it grows.
#[derive(Clone)]
pub struct Reading {
    /// Who.
    pub user_id: UserId,
    mark: watch::Receiver<i64>,
}

impl Reading {
    /// Whether the event with this sequence is read by now.
    pub fn covers(&self, sequence: i64) -> bool {
        sequence <= *self.mark.borrow()
    }

    /// Waits until the user has read on, since the last wait too.
    pub async fn moved(&mut self) {
        if self.mark.changed().await.is_err() {
            // The store is gone, and with it what could be told.
            std::future::pending().await
        }
    }
}

/// How far the actor has read, from now on.
///
/// # Errors
/// FORBIDDEN for an API key.
pub async fn reading(store: &Store, actor: &Actor) -> Result<Reading> {
    let user_id = actor.require_user()?;
    // Registered before reading: what is marked after the read wakes.
    let mut mark = store.marks().watch(user_id);
    let sequence = position(store.reader(), user_id).await?;
    store.marks().advance(user_id, sequence);
    mark.mark_unchanged();
    Ok(Reading { user_id, mark })
}

/// Reads the marks of those who watch: another process may have moved them.
pub(crate) async fn look(store: &Store) -> Result<()> {
    for some in store.marks().watched().chunks(CHUNK) {
        let ids = some.iter().copied();
        let found = notification_mark::Entity::find().filter(notification_mark::Column::UserId.is_in(ids));
        for mark in found.all(store.reader()).await? {
            store.marks().advance(mark.user_id, mark.sequence);
        }
    }
    Ok(())
}
