//! How far each log has come: a hint to look, never the truth. Who is woken reads the log.

use std::{collections::HashMap, sync::Mutex};

use sportello_entity::AccountId;
use tokio::{
    sync::{Notify, mpsc, watch},
    time::Instant,
};

/// The heads of the logs that somebody follows in this process.
#[derive(Default)]
pub struct Heads {
    watched: Mutex<HashMap<AccountId, watch::Sender<i64>>>,
    others: Mutex<Option<mpsc::UnboundedSender<(AccountId, i64)>>>,
    any: Notify,
    looked_at: Mutex<Option<Instant>>,
}

impl Heads {
    /// Waits on one account's log. The value is the last sequence heard of.
    pub fn watch(&self, account_id: AccountId) -> watch::Receiver<i64> {
        let mut watched = self.watched.lock().expect("no holder panics");
        watched.entry(account_id).or_insert_with(|| watch::channel(0).0).subscribe()
    }

    /// Waits until any log was heard to move, since the last wait too. For one waiter.
    pub async fn any(&self) {
        self.any.notified().await;
    }

    /// When this process last looked by itself how far the logs have come; None before the first time.
    pub fn looked_at(&self) -> Option<Instant> {
        *self.looked_at.lock().expect("no holder panics")
    }

    pub(crate) fn look(&self) {
        *self.looked_at.lock().expect("no holder panics") = Some(Instant::now());
    }

    /// Says that a log has come this far.
    pub(crate) fn advance(&self, account_id: AccountId, sequence: i64) {
        self.any.notify_one();
        self.reaches(account_id, sequence);
    }

    /// The same by somebody who has looked, and has nothing to tell whoever waits for any log.
    pub fn reaches(&self, account_id: AccountId, sequence: i64) {
        let watched = self.watched.lock().expect("no holder panics");
        if let Some(head) = watched.get(&account_id) {
            head.send_if_modified(|known| {
                let is_news = sequence > *known;
                *known = sequence.max(*known);
                is_news
            });
        }
    }

    /// The accounts that somebody waits on; those that nobody waits on any more are forgotten.
    pub(crate) fn watched(&self) -> Vec<AccountId> {
        let mut watched = self.watched.lock().expect("no holder panics");
        watched.retain(|_, head| head.receiver_count() > 0);
        watched.keys().copied().collect()
    }

    /// Passes the hint on to other processes, where there is a way.
    pub(crate) fn tell_others(&self, account_id: AccountId, sequence: i64) {
        if let Some(others) = &*self.others.lock().expect("no holder panics") {
            // The receiver is gone only while shutting down, when nobody need be told.
            let _ = others.send((account_id, sequence));
        }
    }

    pub(crate) fn set_others(&self, sender: mpsc::UnboundedSender<(AccountId, i64)>) {
        *self.others.lock().expect("no holder panics") = Some(sender);
    }
}
