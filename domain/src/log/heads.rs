//! How far each log has come: a hint to look, never the truth. Who is woken reads the log.

use std::{collections::HashMap, sync::Mutex};

use sportello_entity::{AccountId, log_head};
use tokio::{
    sync::{mpsc, watch},
    time::{Duration, Instant},
};

use crate::{Error, Result, log::EventCursor, store::Store};

/// How long whoever follows a log waits for those who are writing when it moves: a page for all of it is one execution for
/// each list, and one write to each socket.
const GATHERING: Duration = Duration::from_millis(10);

/// What is heard of a log.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heard {
    /// The last sequence heard of; 0 before.
    sequence: i64,
    /// The epoch and the sequence that this process found when it looked by itself; 0 before.
    found: (i64, i64),
}

impl Heard {
    /// Whether the log may go on past this place: only a head that was heard of, and does not lie past it, says no.
    ///
    /// # Errors
    /// LOG_REPLACED for a place in a log that is no more: another epoch was found since.
    pub(crate) fn may_go_past(&self, place: EventCursor) -> Result<bool> {
        if self.found.0 > place.epoch {
            return Err(Error::LogReplaced);
        }
        Ok(self.sequence == 0 || self.sequence > place.sequence)
    }
}

/// What a look at a log found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// It is the log that was found before, or nobody has looked.
    Same,
    /// It is another log: its epoch was made anew.
    Replaced,
    /// It has lost what was found before, under the same epoch or an earlier one.
    WentBack,
}

/// The heads of the logs that somebody follows in this process.
#[derive(Default)]
pub struct Heads {
    watched: Mutex<HashMap<AccountId, watch::Sender<Heard>>>,
    others: Mutex<Option<mpsc::UnboundedSender<(AccountId, i64)>>>,
    looked_at: Mutex<Option<Instant>>,
}

impl Heads {
    /// Waits on one account's log.
    pub fn watch(&self, account_id: AccountId) -> watch::Receiver<Heard> {
        let mut watched = self.watched.lock().expect("no holder panics");
        watched.entry(account_id).or_insert_with(|| watch::channel(Heard::default()).0).subscribe()
    }

    /// When this process last looked by itself how far the logs have come; None before the first time.
    pub fn looked_at(&self) -> Option<Instant> {
        *self.looked_at.lock().expect("no holder panics")
    }

    pub(crate) fn look(&self) {
        *self.looked_at.lock().expect("no holder panics") = Some(Instant::now());
    }

    /// Says that a log has come this far.
    pub fn reaches(&self, account_id: AccountId, sequence: i64) {
        let watched = self.watched.lock().expect("no holder panics");
        if let Some(head) = watched.get(&account_id) {
            head.send_if_modified(|heard| {
                let is_news = sequence > heard.sequence;
                heard.sequence = sequence.max(heard.sequence);
                is_news
            });
        }
    }

    /// Takes in what was found in the database, where a log never loses what was found in it before.
    pub(crate) fn find(&self, head: &log_head::Model) -> Course {
        let watched = self.watched.lock().expect("no holder panics");
        let Some(known) = watched.get(&head.account_id) else { return Course::Same };
        let found = (head.epoch, head.sequence);
        let mut course = Course::Same;
        known.send_if_modified(|heard| {
            let before = std::mem::replace(&mut heard.found, found);
            if found < before {
                heard.found = before;
                course = Course::WentBack;
            } else if before.0 != 0 && found.0 > before.0 {
                heard.sequence = head.sequence;
                course = Course::Replaced;
            }
            course == Course::Replaced
        });
        course
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

impl Store {
    /// Waits until the log moves, and a little for those who are writing just then.
    pub(crate) async fn moves(&self, head: &mut watch::Receiver<Heard>) {
        // The hints' sender lives as long as the store.
        let _ = head.changed().await;
        self.writers().rest(GATHERING).await;
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_log_that_was_replaced_is_told_from_one_that_goes_on() {
        let (heads, account_id) = (Heads::default(), AccountId(Uuid::from_u128(1)));
        let head = |epoch, sequence| log_head::Model { account_id, epoch, sequence, directory_sequence: 0 };
        let place = |epoch| EventCursor { account_id, epoch, sequence: 7 };
        assert_eq!(heads.find(&head(1, 9)), Course::Same, "nobody watches");
        let mut watch = heads.watch(account_id);
        assert_eq!(heads.find(&head(3, 5)), Course::Same, "nobody has looked");
        heads.reaches(account_id, 8);
        assert_eq!(heads.find(&head(3, 7)), Course::Same, "a hint is not what was found");
        assert_eq!(watch.borrow_and_update().sequence, 8);
        assert_eq!(heads.find(&head(3, 6)), Course::WentBack);
        assert_eq!(heads.find(&head(2, 9)), Course::WentBack);
        assert!(!watch.has_changed().expect("open"), "nothing is told before there is another epoch");
        assert!(watch.borrow().may_go_past(place(3)).expect("it is the one that was found"));
        assert_eq!(heads.find(&head(4, 6)), Course::Replaced);
        let heard = *watch.borrow_and_update();
        assert_eq!(heard.sequence, 6, "what was heard of is of the log that is no more");
        assert!(matches!(heard.may_go_past(place(3)), Err(Error::LogReplaced)));
        assert!(!heard.may_go_past(place(4)).expect("it is of this log"));
        assert_eq!(heads.find(&head(4, 6)), Course::Same);
    }
}
