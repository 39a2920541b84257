//! A clock for filling in what is past: it is walked from deed to deed.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use sportello_domain::clock::Clock;
use sportello_entity::Timestamp;

/// A clock that stands until it is walked on.
pub(super) struct WalkingClock(AtomicI64);

impl WalkingClock {
    pub(super) fn starting(at: Timestamp) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(at.0)))
    }

    /// Goes to this moment; never back.
    pub(super) fn walk_to(&self, moment: Timestamp) {
        self.0.fetch_max(moment.0, Ordering::SeqCst);
    }
}

impl Clock for WalkingClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_never_goes_back() {
        let clock = WalkingClock::starting(Timestamp(10));
        clock.walk_to(Timestamp(30));
        clock.walk_to(Timestamp(20));
        assert_eq!(clock.now(), Timestamp(30));
    }
}
