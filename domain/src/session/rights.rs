//! Rights of now: what a credential gives is looked up as it is used, and watched while a stream is open.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use moka::future::Cache;
use sportello_entity::{AccountId, ApiKeyId, Timestamp};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::Credential;
use crate::{Actor, Error, Result, Who, store::Store};

/// How long an answer may be reused.
const FRESH: Duration = Duration::from_secs(1);
const CACHED: u64 = 20_000;

/// Somebody who was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// Who, with the rights of that moment.
    pub actor: Actor,
    /// When the credential stops being good by itself.
    pub expires_at: Option<Timestamp>,
}

/// Knows what credentials give. Cheap to clone: one a process, whose [`Rights::sweep`] has to run.
#[derive(Clone)]
pub struct Rights(pub(super) Arc<State>);

pub(super) struct State {
    pub(super) store: Store,
    cache: Cache<Credential, Arc<Admitted>>,
    watched: Mutex<HashMap<u64, Watched>>,
    next: AtomicU64,
    /// Keys that were used since their use was last written down.
    used: Mutex<HashMap<ApiKeyId, (AccountId, Timestamp)>>,
    pub(super) look: Notify,
}

/// One stream whose rights are watched.
#[derive(Clone)]
pub(super) struct Watched {
    pub(super) admitted: Arc<Admitted>,
    pub(super) ended: CancellationToken,
}

impl Rights {
    pub(super) fn new(store: Store) -> Self {
        let cache = Cache::builder().max_capacity(CACHED).time_to_live(FRESH).build();
        Self(Arc::new(State {
            store,
            cache,
            watched: Mutex::default(),
            next: AtomicU64::new(0),
            used: Mutex::default(),
            look: Notify::new(),
        }))
    }

    /// Who presents this, with the rights of now (at most a second old). Many who ask at once cause one reading.
    ///
    /// # Errors
    /// UNAUTHENTICATED when it is not good, or no more; UNAVAILABLE when the database does not tell.
    pub async fn resolve(&self, credential: &Credential) -> Result<Arc<Admitted>> {
        let state = &self.0;
        let now = state.store.now();
        let read = async { credential.look_up(state.store.reader(), now).await.map(Arc::new) };
        let read = state.cache.try_get_with_by_ref(credential, read).await;
        let admitted = read.map_err(|error: Arc<Error>| again(&error))?;
        let end = [credential.expires_at(), admitted.expires_at].into_iter().flatten().min();
        if end.is_some_and(|end| end <= now) {
            return Err(Error::Unauthenticated("this credential has expired: get a new one".to_owned()));
        }
        if let Who::ApiKey { id, .. } = admitted.actor.who {
            lock(&state.used).insert(id, (admitted.actor.account_id, now));
        }
        Ok(admitted)
    }

    /// Resolves when the rights that somebody was let in with ended or changed. They are watched from now on, until the
    /// future is dropped.
    pub fn ended(&self, admitted: Arc<Admitted>) -> impl Future<Output = ()> + Send + use<> {
        let ended = CancellationToken::new();
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        lock(&self.0.watched).insert(number, Watched { admitted, ended: ended.clone() });
        let watch = Watch { state: self.0.clone(), number };
        async move {
            let _watch = watch;
            ended.cancelled().await;
        }
    }

    /// To be called when rights were changed in this process: nothing is reused, and streams are looked at, at once.
    pub fn forget(&self) {
        self.0.cache.invalidate_all();
        self.0.look.notify_one();
    }
}

impl State {
    pub(super) fn watched(&self) -> Vec<Watched> {
        lock(&self.watched).values().cloned().collect()
    }

    pub(super) fn take_used(&self) -> HashMap<ApiKeyId, (AccountId, Timestamp)> {
        std::mem::take(&mut *lock(&self.used))
    }
}

/// Watches as long as it lives.
struct Watch {
    state: Arc<State>,
    number: u64,
}

impl Drop for Watch {
    fn drop(&mut self) {
        lock(&self.state.watched).remove(&self.number);
    }
}

/// What each of those who waited for one reading is told.
fn again(error: &Error) -> Error {
    match error {
        Error::Unauthenticated(message) => Error::Unauthenticated(message.clone()),
        Error::Unavailable(cause) => Error::Unavailable(cause.clone()),
        other => Error::Internal(other.to_string()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
