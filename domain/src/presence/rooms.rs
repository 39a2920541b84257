//! The tickets that somebody has open in this process, and who is there as far as this process knows.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use sportello_entity::{PresenceId, TicketId, Timestamp, UserId, presence};
use tokio::{sync::watch, time::Instant};

/// Who leaves stays that long: a client says that typing began or ended by subscribing anew and ending the old
/// subscription, in either order.
const LEAVES_AFTER: Duration = Duration::from_secs(1);

/// A user who has a ticket open, in one window or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// Who.
    pub user_id: UserId,
    /// Whether they are typing, in one of their windows.
    pub is_typing: bool,
    /// Since when they are there without a pause.
    pub since: Timestamp,
}

/// What this process knows.
#[derive(Default)]
pub(crate) struct Rooms {
    state: Mutex<State>,
    /// Held while rows are read and told, so that an older reading never comes after a newer one.
    pub(super) telling: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    rooms: HashMap<TicketId, watch::Sender<Vec<Present>>>,
    /// Whom this process announces.
    ours: HashMap<PresenceId, presence::Model>,
    left: Vec<(PresenceId, Instant)>,
    last_beat: Option<Instant>,
}

impl Rooms {
    pub(super) fn watch(&self, ticket_id: TicketId) -> watch::Receiver<Vec<Present>> {
        let mut state = self.state();
        let mut room =
            state.rooms.entry(ticket_id).or_insert_with(|| watch::channel(Vec::new()).0).subscribe();
        // Who comes is told at once, also when nobody else came or went.
        room.mark_changed();
        room
    }

    pub(super) fn announce(&self, row: presence::Model) {
        self.state().ours.insert(row.id, row);
    }

    pub(super) fn leave(&self, id: PresenceId) {
        let mut state = self.state();
        state.ours.remove(&id);
        state.left.push((id, Instant::now()));
    }

    /// Those who left long enough ago; they are told of once.
    pub(super) fn take_left(&self) -> Vec<PresenceId> {
        let mut state = self.state();
        let left = std::mem::take(&mut state.left).into_iter();
        let (gone, staying): (Vec<_>, Vec<_>) = left.partition(|(_, since)| since.elapsed() >= LEAVES_AFTER);
        state.left = staying;
        gone.into_iter().map(|(id, _)| id).collect()
    }

    /// Whom this process announces, when it is time to say so again.
    pub(super) fn take_beat(&self, every: Duration) -> Vec<presence::Model> {
        let mut state = self.state();
        if state.ours.is_empty() || state.last_beat.is_some_and(|last| last.elapsed() < every) {
            return Vec::new();
        }
        state.last_beat = Some(Instant::now());
        state.ours.values().cloned().collect()
    }

    /// The tickets that somebody watches here; the others are forgotten.
    pub(super) fn watched(&self) -> Vec<TicketId> {
        let mut state = self.state();
        state.rooms.retain(|_, room| room.receiver_count() > 0);
        state.rooms.keys().copied().collect()
    }

    /// Says who is there.
    pub(super) fn tell(&self, ticket_id: TicketId, present: Vec<Present>) {
        if let Some(room) = self.state().rooms.get(&ticket_id) {
            room.send_if_modified(|known| {
                let is_news = *known != present;
                *known = present;
                is_news
            });
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder panics")
    }
}
