//! Whether the server of mails is there, as those who tried last found. While it is not, no mail is to blame: one try a
//! pause asks for it, and when it is back everybody goes on at once.

use std::sync::{Mutex, MutexGuard};

use tokio::time::{Duration, Instant};

use crate::pause::pause;

/// Each pause between two tries is so many times the one before it, up to the longest: nobody waits longer than that
/// once the server is back.
const GROWTH: i64 = 2;
const LONGEST_SECONDS: i64 = 30;

/// What this process knows of the server.
pub(super) struct Relay {
    retry_base_seconds: u32,
    away: Mutex<Option<Away>>,
}

/// It was not there so often, and is left alone until then.
#[derive(Clone, Copy)]
struct Away {
    times: u32,
    until: Instant,
}

impl Relay {
    pub(super) fn new(retry_base_seconds: u32) -> Self {
        Self { retry_base_seconds, away: Mutex::default() }
    }

    /// How many mails may be tried at the same time: as many as would be, or one to see whether it is back, or none.
    pub(super) fn room(&self, most: usize, now: Instant) -> usize {
        match *self.away() {
            None => most,
            Some(away) if away.until <= now => most.min(1),
            Some(_) => 0,
        }
    }

    /// It answered, whatever it said.
    pub(super) fn is_there(&self) {
        if self.away().take().is_some() {
            tracing::info!("the server of mails is back");
        }
    }

    /// It did not answer. Tries that were under way together count as one.
    pub(super) fn is_away(&self, problem: &str, now: Instant) {
        let mut away = self.away();
        if away.is_some_and(|away| away.until > now) {
            return;
        }
        let times = away.map_or(0, |away| away.times).saturating_add(1);
        let seconds = pause(self.retry_base_seconds, GROWTH, times, LONGEST_SECONDS);
        *away = Some(Away { times, until: now + Duration::from_secs(seconds.unsigned_abs()) });
        tracing::warn!(error = problem, seconds, "the server of mails cannot be reached: mails wait for it");
    }

    fn away(&self) -> MutexGuard<'_, Option<Away>> {
        self.away.lock().expect("nobody panics with it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_asks_for_it_now_and_then_and_all_go_on_when_it_is_back() {
        let (relay, mut now) = (Relay::new(5), Instant::now());
        assert_eq!(relay.room(8, now), 8);
        for seconds in [5, 10, 20, 30, 30] {
            relay.is_away("connection refused", now);
            relay.is_away("by another who tried at the same time", now + Duration::from_secs(1));
            now += Duration::from_secs(seconds);
            assert_eq!(relay.room(8, now - Duration::from_millis(1)), 0, "{seconds}");
            assert_eq!((relay.room(8, now), relay.room(0, now)), (1, 0), "{seconds}");
        }
        relay.is_there();
        assert_eq!(relay.room(8, now), 8);
    }
}
