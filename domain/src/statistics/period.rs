//! The time that closing times and days are asked of.

use chrono_tz::Tz;
use sportello_entity::Timestamp;

use super::calendar::{self, Day, day_of};
use crate::{Error, Result, filter::Bound};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// How long a period may be.
const LONGEST: i64 = 400 * DAY;
/// How far back it goes when nothing is said.
const DEFAULT: i64 = 30 * DAY;

/// A period as a client wrote it: moments, or durations relative to now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Period {
    /// Where it begins; None: 30 days before its end, and where neither is said, with that day.
    pub from: Option<String>,
    /// Where it ends; None: it goes on.
    pub to: Option<String>,
}

/// A period of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) zone: Tz,
    /// The first moment that lies in it.
    pub(super) from: Timestamp,
    /// The first moment after it.
    pub(super) to: Timestamp,
}

impl Period {
    /// Whether what it means depends on when it is asked, but for the day.
    pub(super) fn is_relative(&self) -> bool {
        [&self.from, &self.to]
            .into_iter()
            .flatten()
            .any(|text| !text.starts_with(|first: char| first.is_ascii_digit()))
    }

    /// What it means now, where days are cut in this zone. One that goes on ends with today.
    ///
    /// # Errors
    /// BAD_REQUEST with the place: a malformed moment, an end before the beginning, more than 400 days.
    pub(super) fn span(&self, now: Timestamp, zone: Tz) -> Result<Span> {
        let refused = |field, message: String| Error::bad_request(&["period", field], message);
        let bound = |text: &Option<String>, field| {
            let parse = |text: &String| {
                Bound::parse(text, now).map_err(|wrong| refused(field, format!("{text:?} {wrong}")))
            };
            Ok::<_, Error>(text.as_ref().map(parse).transpose()?.map(|bound| bound.at))
        };
        let (from, to) = (bound(&self.from, "from")?, bound(&self.to, "to")?);
        let end = to.unwrap_or(now);
        let from = match (from, to) {
            (Some(from), _) => from,
            (None, Some(to)) => Timestamp(to.0 - DEFAULT),
            (None, None) => calendar::start(zone, day_of(zone, Timestamp(now.0 - DEFAULT))),
        };
        if from > end {
            return Err(refused("from", "lies after the period's end: swap the two".to_owned()));
        }
        if self.from.is_some() && end.0 - from.0 > LONGEST {
            let message = "lies more than 400 days before the period's end: ask for less at a time";
            return Err(refused("from", message.to_owned()));
        }
        let to = to.unwrap_or_else(|| calendar::end(zone, day_of(zone, now)));
        Ok(Span { zone, from, to })
    }
}

impl Span {
    /// Whether a moment lies in it.
    pub(super) fn holds(&self, moment: Timestamp) -> bool {
        self.from <= moment && moment < self.to
    }

    /// Whether all of a day does.
    pub(super) fn holds_day(&self, day: Day) -> bool {
        self.from <= calendar::start(self.zone, day) && calendar::end(self.zone, day) <= self.to
    }

    /// The days of which some moment lies in it, without those that the zone left out.
    pub(super) fn days(&self) -> impl Iterator<Item = Day> + use<> {
        let Self { zone, from, to } = *self;
        let last = if from < to { day_of(zone, Timestamp(to.0 - 1)) } else { Day::MIN };
        (day_of(zone, from)..=last).filter(move |day| calendar::start(zone, *day) < calendar::end(zone, *day))
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Rome;

    use super::*;

    fn at(text: &str) -> Timestamp {
        Bound::parse(text, Timestamp(0)).expect(text).at
    }

    fn span(from: Option<&str>, to: Option<&str>) -> Result<Span> {
        let period = Period { from: from.map(str::to_owned), to: to.map(str::to_owned) };
        period.span(at("2026-11-25T11:00:00Z"), Rome)
    }

    fn dates(span: &Span) -> Vec<String> {
        span.days().map(|day| calendar::date(day).to_string()).collect()
    }

    #[test]
    fn nothing_said_means_the_last_thirty_days() {
        let span = span(None, None).expect("a period");
        assert_eq!((span.from, span.to), (at("2026-10-25T23:00:00Z"), at("2026-11-25T23:00:00Z")));
        let dates = dates(&span);
        assert_eq!((dates.len(), &dates[0][..], &dates[30][..]), (31, "2026-10-26", "2026-11-25"));
        assert!(span.days().all(|day| span.holds_day(day)));
    }

    #[test]
    fn months_are_cut_where_the_zone_cuts_them() {
        let march =
            span(Some("2026-03-01T00:00:00+01:00"), Some("2026-04-01T00:00:00+02:00")).expect("a month");
        assert_eq!(dates(&march).len(), 31);
        assert!(march.days().all(|day| march.holds_day(day)));
        let partial =
            span(Some("2026-03-29T00:59:00Z"), Some("2026-03-29T22:00:00.001Z")).expect("a day and more");
        assert_eq!(dates(&partial), ["2026-03-29", "2026-03-30"]);
        assert!(!partial.days().any(|day| partial.holds_day(day)));
        let empty = span(Some("PT0S"), Some("PT0S")).expect("no time at all");
        assert_eq!(dates(&empty), Vec::<String>::new());
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_place() {
        for (from, to, field) in [
            (Some("PT1S"), None, "from"),
            (Some("-P1D"), Some("-P2D"), "from"),
            (Some("-P401D"), None, "from"),
            (Some("2025-01-01T00:00:00Z"), Some("2026-03-01T00:00:00Z"), "from"),
            (Some("soon"), None, "from"),
            (None, Some("later"), "to"),
        ] {
            let Err(Error::BadRequest { path, .. }) = span(from, to) else { panic!("{from:?} {to:?}") };
            assert_eq!(path, ["period", field], "{from:?} {to:?}");
        }
        span(Some("-P400D"), None).expect("400 days");
        span(None, Some("P2D")).expect("an end in the future");
    }
}
