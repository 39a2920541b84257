//! When what could not be sent, a mail or a message, is tried again: pauses that grow, for a day.

use sportello_entity::Timestamp;

use crate::pause::pause;

/// Each pause is so many times the one before it, up to the longest: when the server of mails is back, nobody waits
/// longer than that for what has gathered.
const GROWTH: i64 = 2;
const LONGEST_SECONDS: i64 = 10 * 60;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The time of the next attempt after `attempts` that failed; None when it is time to give up.
pub(crate) fn next(
    base_seconds: u32,
    attempts: u32,
    created_at: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    let next = now.plus_seconds(pause(base_seconds, GROWTH, attempts, LONGEST_SECONDS));
    (next <= created_at.plus_seconds(DAY_SECONDS)).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_after_a_day() {
        let (created, mut now, mut pauses) = (Timestamp::default(), Timestamp::default(), Vec::new());
        for attempts in 1.. {
            let Some(next) = next(5, attempts, created, now) else { break };
            pauses.push((next.0 - now.0) / 1000);
            now = next;
        }
        assert_eq!(pauses[..9], [5, 10, 20, 40, 80, 160, 320, 600, 600]);
        assert!(now > created.plus_seconds(DAY_SECONDS - LONGEST_SECONDS));
    }
}
