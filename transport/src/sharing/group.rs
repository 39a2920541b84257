//! A group: one execution, and what it told of late.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use async_graphql::Response;
use futures_util::{StreamExt, stream::BoxStream};
use serde_json::value::{RawValue, to_raw_value};
use tokio::sync::broadcast;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    data::{Place, SlowConsumer},
    operation::Item,
    response::Payload,
};

/// How much of what was told is kept for those who join: so many items, or so many bytes.
const KEPT_ITEMS: usize = 512;
const KEPT_BYTES: usize = 1024 * 1024;
/// How far the slowest member may be behind before it has to go alone.
const CAPACITY: usize = 256;
/// After how many items at once the members get their turn.
const BURST: usize = 32;

/// An item as all members are told it.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) place: Place,
    pub(crate) payload: Box<RawValue>,
}

/// One execution for several clients. It ends when the last of them leaves.
pub(super) struct Group {
    state: Mutex<State>,
    _gone: DropGuard,
}

struct State {
    /// From here on nothing is missing in `recent`.
    base: u64,
    /// How far the execution has come.
    reached: u64,
    recent: VecDeque<Arc<Told>>,
    bytes: usize,
    /// None once the execution has ended.
    sender: Option<broadcast::Sender<Arc<Told>>>,
}

impl Group {
    /// Begins with an execution that goes on after `place`.
    pub(super) fn new(place: &Place) -> (Arc<Self>, CancellationToken) {
        let gone = CancellationToken::new();
        let (base, sender) = (place.order, broadcast::channel(CAPACITY).0);
        let state = State { base, reached: base, recent: VecDeque::new(), bytes: 0, sender: Some(sender) };
        (Arc::new(Self { state: Mutex::new(state), _gone: gone.clone().drop_guard() }), gone)
    }

    /// A member that has been told everything up to `place`. None: this group cannot give what follows.
    pub(super) fn join(self: Arc<Self>, place: &Place) -> Option<Membership> {
        let state = self.state();
        let receiver = state.sender.as_ref()?.subscribe();
        if state.base > place.order {
            return None;
        }
        let missed = |told: &&Arc<Told>| told.place.order > place.order;
        let backlog = state.recent.iter().filter(missed).cloned().collect();
        let known = (state.reached < place.order).then_some(place.order);
        drop(state);
        Some(Membership { _group: self, receiver, backlog, known })
    }

    pub(super) fn has_ended(&self) -> bool {
        self.state().sender.is_none()
    }

    /// Tells the members; to be run until the token is cancelled or this answers.
    pub(super) async fn run(group: Weak<Self>, mut items: BoxStream<'static, Item>) {
        let (mut is_catching_up, mut burst) = (true, 0);
        while let Some(Ok((Payload::Executed(response), Some(place)))) = items.next().await {
            let Some(group) = group.upgrade() else { return };
            if !response.errors.is_empty() {
                break;
            }
            // The word that it has caught up is for whoever began alone, who has heard it already.
            let (is_news, has_caught_up) = (place.order > group.state().reached, place.has_caught_up);
            if is_news || !is_catching_up {
                group.tell(place, &response);
            }
            is_catching_up &= !has_caught_up;
            burst += 1;
            if burst % BURST == 0 {
                drop(group);
                tokio::task::yield_now().await;
            }
        }
        if let Some(group) = group.upgrade() {
            group.state().sender = None;
        }
    }

    fn tell(&self, place: Place, response: &Response) {
        let payload = to_raw_value(response).expect("results have only string keys");
        let told = Arc::new(Told { place, payload });
        let mut state = self.state();
        state.reached = state.reached.max(told.place.order);
        state.bytes += told.payload.get().len();
        state.recent.push_back(told.clone());
        while state.recent.len() > KEPT_ITEMS || state.bytes > KEPT_BYTES {
            let Some(forgotten) = state.recent.pop_front() else { break };
            state.bytes -= forgotten.payload.get().len();
            state.base = forgotten.place.order;
        }
        if let Some(sender) = &state.sender {
            // Without a member nobody is to be told, and the group is about to end.
            let _ = sender.send(told);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One client's part in a group.
pub(super) struct Membership {
    /// What is held by nobody ends.
    _group: Arc<Group>,
    receiver: broadcast::Receiver<Arc<Told>>,
    /// What was told before it joined.
    backlog: VecDeque<Arc<Told>>,
    /// The member was ahead of the group: up to here it knows everything.
    known: Option<u64>,
}

/// Why a member goes alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parting {
    /// The execution has ended: it would again.
    Ended,
    /// The member is too far behind, or its client too slow.
    Behind,
}

impl Membership {
    /// What comes next. Nothing is lost when the future is dropped.
    pub(super) async fn next(&mut self, slow: &SlowConsumer) -> Result<Arc<Told>, Parting> {
        if let Some(told) = self.backlog.pop_front() {
            return Ok(told);
        }
        loop {
            let told = tokio::select! {
                biased;
                () = slow.noticed() => return Err(Parting::Behind),
                told = self.receiver.recv() => told,
            };
            match told {
                Ok(told) if self.is_known(&told) => {}
                Ok(told) => return Ok(told),
                Err(broadcast::error::RecvError::Lagged(_)) => return Err(Parting::Behind),
                Err(broadcast::error::RecvError::Closed) => return Err(Parting::Ended),
            }
        }
    }

    fn is_known(&mut self, told: &Told) -> bool {
        let is_known = self.known.is_some_and(|known| told.place.order <= known);
        if self.known.is_some_and(|known| told.place.order >= known) {
            self.known = None;
        }
        is_known
    }
}
