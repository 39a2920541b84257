//! When things happen at a shop.

use rand::{Rng, rngs::StdRng};
use sportello_entity::Timestamp;

const DAYS: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// When the account was made.
pub(super) fn beginning(now: Timestamp) -> Timestamp {
    now.plus_seconds(-DAYS * DAY - 2 * HOUR)
}

/// A moment of the last sixty days at which somebody writes: by day, and less on Sundays.
pub(super) fn opening(now: Timestamp, chance: &mut StdRng) -> Timestamp {
    loop {
        let moment = Timestamp(now.0 - chance.random_range(60_000..DAYS * DAY * 1000));
        let is_awake = (6..20).contains(&hour(moment));
        if is_awake && (!is_sunday(moment) || chance.random_bool(0.3)) {
            return moment;
        }
    }
}

/// The moment that many minutes later, give or take a half, or when the shop opens after it.
pub(super) fn later(moment: Timestamp, minutes: i64, chance: &mut StdRng) -> Timestamp {
    let seconds = chance.random_range(minutes * 30..=minutes * 90);
    let mut moment = moment.plus_seconds(seconds.max(20));
    while is_sunday(moment) || !(7..18).contains(&hour(moment)) {
        moment = moment.plus_seconds(HOUR / 2);
    }
    moment
}

/// The hour of the day in UTC; the shop is one or two hours ahead.
fn hour(moment: Timestamp) -> i64 {
    moment.0.div_euclid(HOUR * 1000).rem_euclid(24)
}

/// 1970 began on a Thursday.
fn is_sunday(moment: Timestamp) -> bool {
    moment.0.div_euclid(DAY * 1000).rem_euclid(7) == 3
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn nobody_works_on_sundays() {
        // 2026-11-22 is a Sunday, 2026-11-21 a Saturday.
        assert!(is_sunday(Timestamp(1_795_305_600_000)));
        let saturday_evening = Timestamp(1_795_284_000_000);
        let mut chance = StdRng::seed_from_u64(7);
        for _ in 0..50 {
            let next = later(saturday_evening, 30, &mut chance);
            assert!(!is_sunday(next) && next > saturday_evening);
            assert!((7..18).contains(&hour(next)));
        }
    }
}
