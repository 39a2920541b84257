//! Days as people count them: in a time zone, daylight saving included.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use sportello_entity::Timestamp;

use crate::{Error, Result};

/// Days since 1970-01-01 of the local calendar.
pub(super) type Day = i32;

/// A time zone that an account holds.
///
/// # Errors
/// INTERNAL for a name that is not in the IANA database: accounts take none.
pub(super) fn zone(name: &str) -> Result<Tz> {
    name.parse().map_err(|_| Error::Internal(format!("{name} is no time zone")))
}

/// The day on which a moment falls.
pub(super) fn day_of(zone: Tz, moment: Timestamp) -> Day {
    let local = zone.from_utc_datetime(&moment.to_utc().naive_utc()).date_naive();
    i32::try_from((local - NaiveDate::default()).num_days()).expect("chrono's dates fit")
}

/// The day's date.
pub(super) fn date(day: Day) -> NaiveDate {
    let (epoch, days) = (NaiveDate::default(), Days::new(day.unsigned_abs().into()));
    let date = if day < 0 { epoch.checked_sub_days(days) } else { epoch.checked_add_days(days) };
    date.unwrap_or(if day < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
}

/// The first moment of a day. A day that a zone left out begins where the next one does.
pub(super) fn start(zone: Tz, day: Day) -> Timestamp {
    let midnight = date(day).and_time(NaiveTime::MIN);
    match zone.from_local_datetime(&midnight).earliest() {
        Some(moment) => moment.to_utc().into(),
        None => after_gap(zone, midnight),
    }
}

/// The moment at which a day is over. Where the clock was put back over midnight, that is the second midnight; of what
/// lies before it, [`day_of`] says to which day it belongs.
pub(super) fn end(zone: Tz, day: Day) -> Timestamp {
    let midnight = date(day.saturating_add(1)).and_time(NaiveTime::MIN);
    match zone.from_local_datetime(&midnight).latest() {
        Some(moment) => moment.to_utc().into(),
        None => after_gap(zone, midnight),
    }
}

/// The first moment whose local time is not before one that the clock left out.
fn after_gap(zone: Tz, left_out: NaiveDateTime) -> Timestamp {
    let reach = TimeDelta::days(2);
    let milliseconds = |moment: NaiveDateTime| moment.and_utc().timestamp_millis();
    let (mut before, mut after) = (milliseconds(left_out - reach), milliseconds(left_out + reach));
    while before + 1 < after {
        let middle = before + (after - before) / 2;
        let local = zone.from_utc_datetime(&Timestamp(middle).to_utc().naive_utc()).naive_local();
        if local < left_out { before = middle } else { after = middle }
    }
    Timestamp(after)
}

#[cfg(test)]
mod tests {
    use chrono_tz::{America, Europe, Pacific};
    use proptest::prelude::*;

    use super::*;

    fn hours(zone: Tz, date: &str) -> i64 {
        let date: NaiveDate = date.parse().expect("a date");
        let day = i32::try_from((date - NaiveDate::default()).num_days()).expect("a day");
        (end(zone, day).0 - start(zone, day).0) / 3_600_000
    }

    #[test]
    fn days_have_23_to_25_hours() {
        assert_eq!(hours(Europe::Rome, "2026-03-28"), 24);
        assert_eq!(hours(Europe::Rome, "2026-03-29"), 23);
        assert_eq!(hours(Europe::Rome, "2026-10-25"), 25);
        // Midnight itself is left out.
        assert_eq!(hours(America::Sao_Paulo, "2018-11-04"), 23);
        // Samoa went to the other side of the date line.
        assert_eq!(hours(Pacific::Apia, "2011-12-30"), 0);
    }

    #[test]
    fn the_epoch_is_day_zero() {
        assert_eq!(date(0).to_string(), "1970-01-01");
        assert_eq!(date(-1).to_string(), "1969-12-31");
        assert_eq!(start(Tz::UTC, 0), Timestamp(0));
        assert_eq!((day_of(Tz::UTC, Timestamp(-1)), day_of(Europe::Rome, Timestamp(-1))), (-1, 0));
    }

    proptest! {
        #[test]
        fn a_moment_lies_in_its_day(
            milliseconds in 0i64..4_000_000_000_000,
            zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
        ) {
            let moment = Timestamp(milliseconds);
            let day = day_of(zone, moment);
            prop_assert!(start(zone, day) <= moment && moment < end(zone, day));
        }
    }
}
