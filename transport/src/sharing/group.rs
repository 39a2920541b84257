//! A group: one execution, and what it told of late.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use serde_json::value::{RawValue, to_raw_value};
use tokio::{
    sync::{broadcast, mpsc},
    time::{Instant, sleep_until, timeout_at},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    Seed,
    direct::{Direct, Seat},
    membership::{Membership, Reception},
    telling,
};
use crate::{data::Place, operation::Item, response::Payload, telemetry::Meters};

/// How much of what was told is kept for those who join: so many items, or so many bytes.
const KEPT_ITEMS: usize = 512;
const KEPT_BYTES: usize = 1024 * 1024;
/// How far the slowest member that is not told directly may be behind before it has to go alone.
const CAPACITY: usize = 256;
/// So many items that are there at once go out together: several frames a write.
pub(super) const BURST: usize = 32;
/// How long after one telling the next begins at the earliest, unless a whole burst is there: what comes fast goes out
/// together, and what comes after a pause at once. As long is waited at most for what is there together with the first.
const SPACING: Duration = Duration::from_millis(10);

/// An item as all members are told it.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) place: Place,
    pub(crate) payload: Box<RawValue>,
}

impl Told {
    /// Whether a member knows it that was ahead of the group when it came, up to `known`.
    pub(super) fn is_known(&self, known: &mut Option<u64>) -> bool {
        let Some(end) = *known else { return false };
        if self.place.order >= end {
            *known = None;
        }
        self.place.order <= end
    }
}

/// Why a member goes alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parting {
    /// The execution has ended: it would again.
    Ended,
    /// The member is too far behind, or its client too slow.
    Behind,
}

/// One execution for several clients. It ends when the last of them leaves.
pub(super) struct Group {
    seed: Arc<Seed>,
    state: Mutex<State>,
    meters: Arc<Meters>,
    _gone: DropGuard,
}

struct State {
    /// From here on nothing is missing in `recent`.
    base: u64,
    /// How far the execution has come.
    reached: u64,
    recent: VecDeque<Arc<Told>>,
    bytes: usize,
    /// For who is not told directly; made for the first of them, since it holds room for all that may wait.
    sender: Option<broadcast::Sender<Arc<Told>>>,
    has_ended: bool,
    /// Who is told directly.
    seats: BTreeMap<u64, Arc<Seat>>,
    next_seat: u64,
}

impl Group {
    /// Begins with an execution that goes on after `place`.
    pub(super) fn new(seed: Arc<Seed>, place: &Place, meters: Arc<Meters>) -> (Arc<Self>, CancellationToken) {
        let gone = CancellationToken::new();
        let state = State {
            base: place.order,
            reached: place.order,
            recent: VecDeque::new(),
            bytes: 0,
            sender: None,
            has_ended: false,
            seats: BTreeMap::new(),
            next_seat: 0,
        };
        (Arc::new(Self { seed, state: Mutex::new(state), meters, _gone: gone.clone().drop_guard() }), gone)
    }

    /// A member that has been told everything up to `place`. None: this group cannot give what follows.
    pub(super) fn join(self: Arc<Self>, place: &Place, direct: Option<&Direct>) -> Option<Membership> {
        let (backlog, reception) = self.receive(place, direct).ok()?;
        Some(Membership::new(self, place.clone(), direct.cloned(), backlog, reception))
    }

    /// What follows after `place`: what was told of it, and how a member gets the rest. Who is told directly is so only
    /// once it knows what was told before.
    pub(super) fn receive(
        &self,
        place: &Place,
        direct: Option<&Direct>,
    ) -> Result<(VecDeque<Arc<Told>>, Reception), Parting> {
        let mut state = self.state();
        if state.has_ended {
            return Err(Parting::Ended);
        }
        if state.base > place.order {
            return Err(Parting::Behind);
        }
        let missed = |told: &&Arc<Told>| told.place.order > place.order;
        let backlog: VecDeque<_> = state.recent.iter().filter(missed).cloned().collect();
        let known = (state.reached < place.order).then_some(place.order);
        let reception = match direct {
            None => Reception::Queued { receiver: state.listen(), known },
            Some(_) if !backlog.is_empty() => Reception::Later,
            Some(direct) => {
                let seat = Arc::new(Seat::new(direct.clone(), place.clone(), known));
                let number = state.next_seat;
                state.next_seat += 1;
                state.seats.insert(number, seat.clone());
                Reception::Seated { seat, number }
            }
        };
        Ok((backlog, reception))
    }

    /// What its members have in common.
    pub(super) fn seed(&self) -> &Arc<Seed> {
        &self.seed
    }

    pub(super) fn free(&self, number: u64) {
        self.state().seats.remove(&number);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.state().has_ended
    }

    /// Tells the members; to be run outside of tokio's budget, until the token is cancelled or this answers. While the
    /// members are told, the execution goes on: what it gives meanwhile is told at once.
    pub(super) async fn run(group: Weak<Self>, mut items: mpsc::Receiver<Item>) {
        let Some(reached) = group.upgrade().map(|group| group.state().reached) else { return };
        let mut progress = Progress { reached, is_catching_up: true };
        loop {
            let (mut burst, mut news) = (Vec::new(), Vec::new());
            items.recv_many(&mut burst, BURST).await;
            let began = Instant::now();
            // What is not there within the spacing comes with the next telling.
            let _ = timeout_at(began + SPACING, complete(&mut items, &mut burst)).await;
            let Some(group) = group.upgrade() else { return };
            let is_full = burst.len() == BURST;
            let goes_on = !burst.is_empty() && burst.into_iter().all(|item| progress.take(item, &mut news));
            group.meters.grouped.increment(news.len() as u64);
            telling::tell(group.keep(&news), news, &group.meters).await;
            if !goes_on {
                return group.end();
            }
            if is_full {
                // Those who listen to the queue get their turn before more is told than it holds.
                tokio::task::yield_now().await;
            } else {
                drop(group);
                sleep_until(began + SPACING).await;
            }
        }
    }

    /// Keeps the news for those who join. Gives who is to be told directly: whoever takes a seat later knows what was kept.
    fn keep(&self, news: &[Arc<Told>]) -> Vec<Arc<Seat>> {
        let mut state = self.state();
        for told in news {
            state.reached = state.reached.max(told.place.order);
            state.bytes += told.payload.get().len();
            state.recent.push_back(told.clone());
            if let Some(sender) = &state.sender {
                // Who is told directly does not listen here.
                let _ = sender.send(told.clone());
            }
        }
        while state.recent.len() > KEPT_ITEMS || state.bytes > KEPT_BYTES {
            let Some(forgotten) = state.recent.pop_front() else { break };
            state.bytes -= forgotten.payload.get().len();
            state.base = forgotten.place.order;
        }
        state.seats.values().cloned().collect()
    }

    fn end(&self) {
        let mut state = self.state();
        state.sender = None;
        state.has_ended = true;
        for seat in std::mem::take(&mut state.seats).into_values() {
            seat.leave(Parting::Ended);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Receives what follows, as long as the last item says that there is more, up to a whole burst.
async fn complete(items: &mut mpsc::Receiver<Item>, burst: &mut Vec<Item>) {
    while burst.len() < BURST && burst.last().is_some_and(is_followed) {
        let room = BURST - burst.len();
        if items.recv_many(burst, room).await == 0 {
            return;
        }
    }
}

fn is_followed(item: &Item) -> bool {
    matches!(item, Ok((_, Some(place))) if place.is_followed)
}

impl State {
    fn listen(&mut self) -> broadcast::Receiver<Arc<Told>> {
        self.sender.get_or_insert_with(|| broadcast::channel(CAPACITY).0).subscribe()
    }
}

/// How far the execution has come.
struct Progress {
    reached: u64,
    is_catching_up: bool,
}

impl Progress {
    /// Takes in what the execution gives. False: nobody can be told that together; it has to end.
    fn take(&mut self, item: Item, news: &mut Vec<Arc<Told>>) -> bool {
        let Ok((Payload::Executed(response), Some(place))) = item else { return false };
        if !response.errors.is_empty() {
            return false;
        }
        let is_news = place.order > self.reached;
        self.reached = self.reached.max(place.order);
        // The word that it has caught up is for whoever began alone, who has heard it already.
        let is_told = is_news || !self.is_catching_up;
        self.is_catching_up &= !place.has_caught_up;
        if is_told {
            let payload = to_raw_value(&response).expect("results have only string keys");
            news.push(Arc::new(Told { place, payload }));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, poll};

    use super::*;

    fn item(order: u64, is_followed: bool) -> Item {
        let place = Place { cursor: "".into(), order, has_caught_up: true, is_followed };
        Ok((Payload::Executed(Box::default()), Some(place)))
    }

    #[tokio::test]
    async fn what_is_there_together_is_waited_for_and_nothing_else() {
        let (sender, mut items) = mpsc::channel(BURST);
        let send = |order, is_followed| sender.try_send(item(order, is_followed)).expect("there is room");
        let mut burst = vec![item(1, true)];
        let mut completing = Box::pin(complete(&mut items, &mut burst));
        assert!(poll!(&mut completing).is_pending());
        send(2, true);
        assert!(poll!(&mut completing).is_pending());
        send(3, false);
        assert!(poll!(&mut completing).is_ready());
        drop(completing);
        assert_eq!(burst.len(), 3);
        send(4, true);
        assert!(complete(&mut items, &mut burst).now_or_never().is_some(), "the third was the last");
        assert_eq!(burst.len(), 3);
        burst.push(item(4, true));
        drop(sender);
        complete(&mut items, &mut burst).await;
        assert_eq!(burst.len(), 5, "the execution has ended");
    }
}
