//! Tells in this process that runs came further. Other processes are not told: whoever watches also looks at the table now
//! and then.

use sportello_entity::{AccountId, AutomationRunId};
use tokio::sync::broadcast;

/// How many are kept for a watcher that is slow. One that misses some looks at the table.
const KEPT: usize = 1_024;

/// Which run came further, and whose it is.
pub type Told = (AccountId, AutomationRunId);

/// Where progress is told and heard of.
pub struct Progress {
    sender: broadcast::Sender<Told>,
}

impl Default for Progress {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(KEPT) }
    }
}

impl Progress {
    /// Says that a run came further. What it says is committed.
    pub(crate) fn tell(&self, told: Told) {
        // Nobody listens: nothing is lost.
        drop(self.sender.send(told));
    }

    /// Hears of runs from now on.
    pub fn listen(&self) -> broadcast::Receiver<Told> {
        self.sender.subscribe()
    }
}
