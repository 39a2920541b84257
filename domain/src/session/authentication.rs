//! What the commands on people share within a process.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use super::{Passwords, Rights, Throttle};
use crate::{Result, store::Store};

/// The store with what keeps guessers slow, passwords off the async threads, and rights up to date. Cheap to clone.
#[derive(Clone)]
pub struct Authentication(Arc<Shared>);

struct Shared {
    store: Store,
    passwords: Passwords,
    throttle: Throttle,
    reset_throttle: Throttle,
    rights: Rights,
    tasks: TaskTracker,
}

impl Authentication {
    /// One a process. `tasks` is waited for when the process ends: answers that must not tell how long something took
    /// leave it to a task.
    ///
    /// # Errors
    /// INTERNAL when passwords cannot be hashed at all.
    pub fn try_new(store: Store, tasks: TaskTracker) -> Result<Self> {
        Ok(Self(Arc::new(Shared {
            passwords: Passwords::try_new(&store.secret())?,
            throttle: Throttle::default(),
            reset_throttle: Throttle::default(),
            rights: Rights::new(store.clone()),
            store,
            tasks,
        })))
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Hashes and verifies.
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// Slows down those who guess passwords.
    pub fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    /// Slows down those who ask for resets.
    pub fn reset_throttle(&self) -> &Throttle {
        &self.0.reset_throttle
    }

    /// What credentials give, now.
    pub fn rights(&self) -> &Rights {
        &self.0.rights
    }

    pub(super) fn tasks(&self) -> &TaskTracker {
        &self.0.tasks
    }
}
