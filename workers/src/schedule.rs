//! When what could not be sent, a mail or a message, is tried again: pauses that grow, for a day.

use sportello_domain::store::Store;
use sportello_entity::Timestamp;

use crate::pause::pause;

/// Each pause is so many times the one before it, up to the longest.
pub(crate) const GROWTH: i64 = 2;
/// The same for a customer who is written to too fast: what WhatsApp asks for.
pub(crate) const GROWTH_FOR_CUSTOMER: i64 = 4;
const LONGEST_SECONDS: i64 = 10 * 60;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The time of the next attempt after `attempts` that failed; None when it is time to give up.
pub(crate) fn next(
    base_seconds: u32,
    growth: i64,
    attempts: u32,
    created_at: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    let next = now.plus_seconds(pause(base_seconds, growth, attempts, LONGEST_SECONDS));
    (!is_over(created_at, next)).then_some(next)
}

/// Up to a quarter of the pause later, by chance: those that were refused together do not all come back together. What
/// WhatsApp asks for of those who retry.
pub(crate) fn spread(store: &Store, next: Timestamp) -> Timestamp {
    later(next, store.now(), store.random())
}

fn later(next: Timestamp, now: Timestamp, [random]: [u8; 1]) -> Timestamp {
    let pause = next.0.saturating_sub(now.0);
    Timestamp(next.0 + pause * i64::from(random) / (4 * 256))
}

/// Whether it is time to give up.
pub(crate) fn is_over(created_at: Timestamp, now: Timestamp) -> bool {
    now > created_at.plus_seconds(DAY_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_after_a_day() {
        let (created, mut now, mut pauses) = (Timestamp::default(), Timestamp::default(), Vec::new());
        for attempts in 1.. {
            let Some(next) = next(5, GROWTH, attempts, created, now) else { break };
            pauses.push((next.0 - now.0) / 1000);
            now = next;
        }
        assert_eq!(pauses[..9], [5, 10, 20, 40, 80, 160, 320, 600, 600]);
        assert!(now > created.plus_seconds(DAY_SECONDS - LONGEST_SECONDS));
    }

    #[test]
    fn chance_lengthens_a_pause_by_a_quarter_at_most() {
        let after = |random| later(Timestamp(5_000), Timestamp(1_000), [random]).0;
        assert_eq!((after(0), after(128), after(255)), (5_000, 5_500, 5_996));
    }

    #[test]
    fn a_customer_is_left_in_peace_for_longer() {
        let pauses = [1, 2, 3, 4, 5].map(|attempts| {
            next(1, GROWTH_FOR_CUSTOMER, attempts, Timestamp::default(), Timestamp::default())
                .map_or(0, |next| next.0 / 1000)
        });
        assert_eq!(pauses, [1, 4, 16, 64, 256]);
    }
}
