//! How a client is told without its own task: a group writes to its socket.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use tokio::sync::Notify;

use super::group::{Parting, Told};
use crate::{
    data::Place,
    websocket::{Outlet, put_text},
};

/// Where one operation's items go.
#[derive(Clone)]
pub(crate) struct Direct {
    outlet: Arc<Outlet>,
    /// What stands before each payload: the operation's id, for one.
    before: Arc<str>,
    /// Counts what was told.
    told: Arc<AtomicU64>,
}

impl Direct {
    pub(crate) fn new(outlet: Arc<Outlet>, before: impl Into<Arc<str>>, told: Arc<AtomicU64>) -> Self {
        Self { outlet, before: before.into(), told }
    }
}

/// A member's place in a group that tells it directly.
pub(super) struct Seat {
    direct: Direct,
    state: Mutex<State>,
    parted: Notify,
}

struct State {
    /// How far the member has been told.
    place: Place,
    /// The member was ahead of the group: up to here it knows everything.
    known: Option<u64>,
    /// Why it is told nothing more.
    parting: Option<Parting>,
}

impl Seat {
    pub(super) fn new(direct: Direct, place: Place, known: Option<u64>) -> Self {
        let state = State { place, known, parting: None };
        Self { direct, state: Mutex::new(state), parted: Notify::new() }
    }

    /// Tells the member what came, in one write. Gives how many items and bytes it was told: none when its client is too
    /// slow, and then never again. `frames` is room to write in.
    pub(super) fn tell(&self, news: &[Arc<Told>], frames: &mut Vec<u8>) -> (u64, usize) {
        let mut state = self.state();
        if state.parting.is_some() {
            return (0, 0);
        }
        frames.clear();
        let mut items = 0;
        for told in news {
            if !told.is_known(&mut state.known) {
                put_text(frames, &[self.direct.before.as_bytes(), told.payload.get().as_bytes(), b"}"]);
                items += 1;
            }
        }
        let Some(last) = news.last().filter(|_| items > 0) else { return (0, 0) };
        if !self.direct.outlet.deliver(frames) {
            state.parting = Some(Parting::Behind);
            self.parted.notify_one();
            return (0, 0);
        }
        state.place = last.place.clone();
        self.direct.told.fetch_add(items, Ordering::Relaxed);
        (items, frames.len())
    }

    /// Resolves when the member has to go alone.
    pub(super) async fn parted(&self) -> Parting {
        loop {
            let parting = self.state().parting;
            match parting {
                Some(parting) => return parting,
                None => self.parted.notified().await,
            }
        }
    }

    /// Tells nothing from here on. Gives how far the member was told.
    pub(super) fn leave(&self, parting: Parting) -> Place {
        let mut state = self.state();
        state.parting.get_or_insert(parting);
        self.parted.notify_one();
        state.place.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
