//! The one clock and the one source of randomness. Both are handed in, so that a test can turn them.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::Utc;
use rand::RngCore;
use sportello_entity::Timestamp;
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
    fn now(&self) -> Timestamp {
        Utc::now().into()
    }
}

/// The machine's clock, moved by as much as a test says.
#[derive(Debug, Default)]
pub struct ShiftedClock {
    offset_milliseconds: AtomicI64,
}

impl ShiftedClock {
    /// Turns the clock forward (back, when negative).
    pub fn turn(&self, seconds: i64) {
        self.offset_milliseconds.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0 + self.offset_milliseconds.load(Ordering::SeqCst))
    }
}

/// Stands still until a test turns it: for what is so to the millisecond.
#[derive(Debug)]
pub struct StandingClock {
    milliseconds: AtomicI64,
}

impl StandingClock {
    /// A clock that stands at this moment.
    pub fn at(moment: Timestamp) -> Self {
        Self { milliseconds: AtomicI64::new(moment.0) }
    }

    /// Turns the clock forward (back, when negative).
    pub fn turn(&self, milliseconds: i64) {
        self.milliseconds.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.milliseconds.load(Ordering::SeqCst))
    }
}

/// Gives random bytes.
pub trait Randomness: Send + Sync {
    /// Fills the buffer with bytes that nobody can guess.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's randomness, through a generator of the thread.
#[derive(Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    #[expect(clippy::disallowed_methods, reason = "this is the one source of randomness")]
    fn fill(&self, buffer: &mut [u8]) {
        rand::rng().fill_bytes(buffer);
    }
}

/// Makes UUIDs of version 7 (RFC 9562, section 5.7) that rise within this process, also within one millisecond.
#[derive(Debug, Default)]
pub struct IdSequence {
    /// The last milliseconds, and in the lower 12 bits a counter (RFC 9562, section 6.2, method 1).
    last: AtomicU64,
}

impl IdSequence {
    /// The next id.
    pub fn next(&self, now: Timestamp, randomness: &dyn Randomness) -> Uuid {
        let floor = u64::try_from(now.0).unwrap_or(0) << 12;
        let follow = |last: u64| floor.max(last + 1);
        let last = self.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(follow(last)));
        let current = follow(last.unwrap_or_else(|last| last));
        let mut bytes = [0; 10];
        randomness.fill(&mut bytes);
        bytes[..2].copy_from_slice(&u16::try_from(current & 0xfff).expect("twelve bits fit").to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(current >> 12, &bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_within_a_millisecond() {
        let (ids, now) = (IdSequence::default(), Timestamp(1_700_000_000_000));
        let made: Vec<_> = (0..10_000).map(|_| ids.next(now, &SystemRandomness)).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(made[0].get_version_num(), 7);
    }
}
