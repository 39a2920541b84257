//! When a delivery that failed is tried again: pauses that grow, for about three days; longer if the receiver asks.

use sportello_entity::Timestamp;

use crate::pause::pause;

/// Each pause is so many times the one before it.
const GROWTH: i64 = 4;
/// With a first pause of 5 seconds: 20 and 80 seconds, 5 and 21 minutes, 1.4 and 5.7 hours, then 20 hours each time.
const LONGEST_SECONDS: i64 = 20 * 60 * 60;
/// How often a delivery fails until it is given up: at 5 seconds, after 2.8 days.
const MOST_FAILURES: u32 = 11;
/// How long a receiver's Retry-After is heeded at most.
const LONGEST_ASKED_FOR_SECONDS: i64 = 24 * 60 * 60;

/// The time of the next attempt after so many failures; None when it is time to give up.
pub(super) fn next(
    base_seconds: u32,
    failures: u32,
    retry_after_seconds: Option<i64>,
    now: Timestamp,
) -> Option<Timestamp> {
    let asked_for = retry_after_seconds.unwrap_or(0).clamp(0, LONGEST_ASKED_FOR_SECONDS);
    let seconds = pause(base_seconds, GROWTH, failures, LONGEST_SECONDS).max(asked_for);
    (failures < MOST_FAILURES).then(|| now.plus_seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp(1_700_000_000_000);

    #[test]
    fn pauses_grow_and_end_after_days() {
        let pauses: Vec<i64> = (1..)
            .map_while(|failures| next(5, failures, None, START))
            .map(|at| (at.0 - START.0) / 1000)
            .collect();
        assert_eq!(pauses, [5, 20, 80, 320, 1_280, 5_120, 20_480, 72_000, 72_000, 72_000]);
        assert!(pauses.iter().sum::<i64>() > 60 * 60 * 24 * 2);
    }

    #[test]
    fn a_receiver_may_ask_for_more_but_not_for_ever() {
        let after = |seconds| next(5, 1, Some(seconds), START).map(|at| (at.0 - START.0) / 1000);
        assert_eq!(after(60), Some(60));
        assert_eq!(after(1), Some(5), "nor for less");
        assert_eq!(after(i64::MAX), Some(86_400));
        assert_eq!(after(-1), Some(5));
        assert_eq!(next(5, 11, Some(60), START), None);
    }
}
