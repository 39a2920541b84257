//! The board at which an account's watchers stand: one reading of the log for all of them.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use sportello_entity::AccountId;
use tokio::sync::{Notify, watch};

use super::{Transition, index::Index};
use crate::{
    Result,
    filter::TicketFilter,
    log::{Event, EventCursor, EventGroup, Heard},
    store::Store,
};

/// How many events wait for a watcher; one that is further behind reads the log by itself.
const WAITING: usize = 1_000;

/// The boards of all accounts that are watched in this process, one an epoch.
#[derive(Default)]
pub(crate) struct Boards(Mutex<HashMap<(AccountId, i64), Weak<Board>>>);

impl Boards {
    /// Takes a place at the account's board for who has read the log up to `position`. None: the others have read on, and
    /// so must who comes.
    pub(crate) fn look_out(
        &self,
        store: &Store,
        position: EventCursor,
        filter: &Arc<TicketFilter>,
    ) -> Option<Lookout> {
        let mut boards = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (position.account_id, position.epoch);
        let board = boards.get(&key).and_then(Weak::upgrade).unwrap_or_else(|| {
            boards.retain(|_, board| board.strong_count() > 0);
            let board = Arc::new(Board::new(store, position));
            boards.insert(key, Arc::downgrade(&board));
            board
        });
        drop(boards);
        Board::enter(board, position, filter)
    }
}

/// An account's watchers.
struct Board {
    state: Mutex<State>,
    /// Whoever holds it reads the log for all.
    head: tokio::sync::Mutex<watch::Receiver<Heard>>,
}

struct State {
    /// Up to here the log was read, and everybody given what concerns them.
    position: EventCursor,
    watchers: HashMap<u64, Watcher>,
    index: Index,
    next_number: u64,
}

struct Watcher {
    filter: Arc<TicketFilter>,
    /// Up to here the watcher had read the log when it came.
    known: i64,
    waiting: VecDeque<Arc<Event>>,
    is_behind: bool,
    news: Arc<Notify>,
}

/// A watcher's place at its account's board.
pub(crate) struct Lookout {
    board: Arc<Board>,
    number: u64,
    news: Arc<Notify>,
}

/// What a watcher comes by.
pub(crate) enum Sighting {
    /// Events that concern it, in log order.
    Events(Vec<Arc<Event>>),
    /// Too much was waiting: it has to read the log by itself from where it stands.
    Behind,
}

impl Board {
    fn new(store: &Store, position: EventCursor) -> Self {
        let state = State { position, watchers: HashMap::new(), index: Index::default(), next_number: 0 };
        let head = store.heads().watch(position.account_id);
        Self { state: Mutex::new(state), head: tokio::sync::Mutex::new(head) }
    }

    fn enter(board: Arc<Self>, position: EventCursor, filter: &Arc<TicketFilter>) -> Option<Lookout> {
        let mut state = board.state();
        if state.position.sequence > position.sequence {
            return None;
        }
        let (number, news) = (state.next_number, Arc::new(Notify::new()));
        state.next_number += 1;
        state.index.insert(filter, number);
        let watcher = Watcher {
            filter: filter.clone(),
            known: position.sequence,
            waiting: VecDeque::new(),
            is_behind: false,
            news: news.clone(),
        };
        state.watchers.insert(number, watcher);
        drop(state);
        Some(Lookout { board, number, news })
    }

    /// Reads the log and gives everybody what concerns them, for as long as it is polled.
    async fn read(&self, store: &Store) -> Result<()> {
        let mut head = self.head.lock().await;
        loop {
            // Registered before reading: what is committed after the read wakes the wait that follows.
            let heard = *head.borrow_and_update();
            let position = self.state().position;
            let events = match heard.may_go_past(position)? {
                // Boxed: whoever waits should not hold the room that a reading takes.
                true => Box::pin(store.log().page(store, position)).await?,
                false => Vec::new(),
            };
            if events.is_empty() {
                // Whoever else stands here need not look.
                store.heads().reaches(position.account_id, position.sequence);
                store.moves(&mut head).await;
            }
            self.state().give(&events);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn give(&mut self, events: &[Arc<Event>]) {
        for event in events {
            self.give_event(event);
            self.position = event.cursor();
        }
    }

    fn give_event(&mut self, event: &Arc<Event>) {
        match EventGroup::of(event.r#type) {
            EventGroup::Ticket => match (event.ticket(), event.ticket_before()) {
                (Ok(after), Ok(before)) => {
                    let tickets: Vec<_> = std::iter::once(after).chain(before).map(AsRef::as_ref).collect();
                    for number in self.index.candidates(&tickets) {
                        let watcher = self.watchers.get_mut(&number);
                        let watcher =
                            watcher.filter(|it| !matches!(Transition::of(&it.filter, event), Ok(None)));
                        watcher.into_iter().for_each(|watcher| watcher.take(event));
                    }
                }
                // They are told what is wrong with it.
                _ => self.give_everybody(event),
            },
            EventGroup::Message | EventGroup::Messaging => {}
            _ => self.give_everybody(event),
        }
    }

    fn give_everybody(&mut self, event: &Arc<Event>) {
        self.watchers.values_mut().for_each(|watcher| watcher.take(event));
    }
}

impl Watcher {
    fn take(&mut self, event: &Arc<Event>) {
        if event.sequence <= self.known || self.is_behind {
            return;
        }
        self.is_behind = self.waiting.len() == WAITING;
        if self.is_behind {
            self.waiting = VecDeque::new();
        } else {
            self.waiting.push_back(event.clone());
        }
        self.news.notify_one();
    }
}

impl Lookout {
    /// Waits for what concerns the watcher. Nothing is lost when the future is dropped.
    ///
    /// # Errors
    /// LOG_REPLACED, or what the database answers.
    pub(crate) async fn next(&self, store: &Store) -> Result<Sighting> {
        loop {
            if let Some(sighting) = self.sighting() {
                return Ok(sighting);
            }
            tokio::select! {
                biased;
                () = self.news.notified() => {}
                failed = self.board.read(store) => failed?,
            }
        }
    }

    /// How far the watcher has read, which has nothing waiting.
    pub(crate) fn position(&self) -> Option<EventCursor> {
        let state = self.board.state();
        let has_nothing = state.watchers.get(&self.number).is_some_and(|watcher| {
            watcher.waiting.is_empty() && !watcher.is_behind && watcher.known <= state.position.sequence
        });
        has_nothing.then_some(state.position)
    }

    fn sighting(&self) -> Option<Sighting> {
        let mut state = self.board.state();
        let watcher = state.watchers.get_mut(&self.number)?;
        if watcher.is_behind {
            return Some(Sighting::Behind);
        }
        (!watcher.waiting.is_empty()).then(|| Sighting::Events(watcher.waiting.drain(..).collect()))
    }
}

impl Drop for Lookout {
    fn drop(&mut self) {
        let mut state = self.board.state();
        if let Some(watcher) = state.watchers.remove(&self.number) {
            state.index.remove(&watcher.filter, self.number);
        }
    }
}
