//! Times in a search: days, months and years of the account's time zone, moments, and times relative to now.

use chrono::{DateTime, Days, LocalResult, Months, NaiveDate, TimeDelta, TimeZone};
use chrono_tz::Tz;
use sportello_entity::Timestamp;

use super::token::Operator;
use crate::filter::{Bound, Comparison, Moment};

/// What the times of a search mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calendar {
    /// Where days begin.
    pub(super) zone: Tz,
    /// What is relative is relative to this.
    pub(super) now: Timestamp,
}

/// A stretch of time, from its first moment to the first one after it. Of a single moment both are that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    from: Timestamp,
    to: Timestamp,
    is_relative: bool,
}

const UNREADABLE: &str = "is no time: write a day (2026-01-31), month (2026-01), year, moment (2026-01-31T12:00:00Z) or a time ago (-P7D)";

impl Calendar {
    /// The comparisons, all of which must hold, that a value of a time field stands for.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub(super) fn comparisons(self, operator: Option<Operator>, text: &str) -> Result<Vec<Moment>, String> {
        if let Some((from, to)) = text.split_once("..") {
            return match operator {
                None => self.range(from, to),
                Some(_) => Err("is a range: leave out what stands before it".to_owned()),
            };
        }
        let stretch = self.stretch(text)?;
        let Stretch { from, to, is_relative } = stretch;
        let said = |comparison| Moment { comparison, is_relative };
        let is_moment = from == to;
        Ok(vec![match operator {
            Some(Operator::Below) => said(Comparison::Below(from)),
            Some(Operator::AtLeast) => said(Comparison::AtLeast(from)),
            Some(Operator::Above) if is_moment => said(Comparison::Above(to)),
            Some(Operator::AtMost) if is_moment => said(Comparison::AtMost(to)),
            Some(Operator::Above) => said(Comparison::AtLeast(to)),
            Some(Operator::AtMost) => said(Comparison::Below(to)),
            None | Some(Operator::Equals) if is_relative => {
                return Err(format!("is a moment: say before or after it, like >{text}"));
            }
            None | Some(Operator::Equals) => return Ok(stretch.within()),
        }])
    }

    /// Both ends belong to a range, whole days and months with all of them; either may be left open.
    fn range(self, from: &str, to: &str) -> Result<Vec<Moment>, String> {
        let is_open = |end: &str| end.is_empty() || end == "*";
        let (first, last) = match (is_open(from), is_open(to)) {
            (true, true) => return Err("is a range without ends: give one of them".to_owned()),
            (false, true) => return self.comparisons(Some(Operator::AtLeast), from),
            (true, false) => return self.comparisons(Some(Operator::AtMost), to),
            (false, false) => (self.stretch(from)?, self.stretch(to)?),
        };
        if last.to < first.from || (last.from < first.from && last.to <= first.from) {
            return Err("ends before it begins: put the earlier time first".to_owned());
        }
        let mut comparisons = self.comparisons(Some(Operator::AtLeast), from)?;
        comparisons.extend(self.comparisons(Some(Operator::AtMost), to)?);
        Ok(comparisons)
    }

    fn stretch(self, text: &str) -> Result<Stretch, String> {
        if text.trim_start_matches(['-', '+']).starts_with('P') || text.contains('T') {
            let Bound { at, is_relative } = Bound::parse(text, self.now)?;
            return Ok(Stretch { from: at, to: at, is_relative });
        }
        let (first, after) = days(text).ok_or(UNREADABLE)?;
        let (from, to) = (self.start_of(first), self.start_of(after));
        Ok(Stretch { from: from.ok_or(UNREADABLE)?, to: to.ok_or(UNREADABLE)?, is_relative: false })
    }

    /// The first moment of a day. Where the clock jumps over midnight, the day begins when the clock goes on.
    fn start_of(self, day: NaiveDate) -> Option<Timestamp> {
        let midnight = day.and_hms_opt(0, 0, 0)?;
        let moments = (0..=12).filter_map(|quarters| {
            let local = midnight + TimeDelta::minutes(15 * quarters);
            match self.zone.from_local_datetime(&local) {
                LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => Some(moment),
                LocalResult::None => None,
            }
        });
        moments.map(|moment: DateTime<Tz>| moment.to_utc().into()).next()
    }
}

impl Stretch {
    fn within(self) -> Vec<Moment> {
        let said = |comparison| Moment { comparison, is_relative: self.is_relative };
        let end = match self.from == self.to {
            true => Comparison::AtMost(self.to),
            false => Comparison::Below(self.to),
        };
        vec![said(Comparison::AtLeast(self.from)), said(end)]
    }
}

/// The first day of a year, month or day, and the first one after it.
fn days(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let parts = text.split('-').collect::<Vec<_>>();
    let lengths = parts.iter().map(|part| part.len()).collect::<Vec<_>>();
    if !matches!(lengths[..], [4] | [4, 2] | [4, 2, 2])
        || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
    {
        return None;
    }
    let number = |place: usize| parts.get(place).map_or(Some(1), |part| part.parse::<u32>().ok());
    let first = NaiveDate::from_ymd_opt(i32::try_from(number(0)?).ok()?, number(1)?, number(2)?)?;
    let after = match parts.len() {
        1 => first.checked_add_months(Months::new(12)),
        2 => first.checked_add_months(Months::new(1)),
        _ => first.checked_add_days(Days::new(1)),
    };
    Some((first, after?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        let now = Bound::parse("2026-03-31T12:00:00Z", Timestamp(0)).expect("a moment").at;
        Calendar { zone: chrono_tz::Europe::Rome, now }
    }

    fn said(operator: Option<Operator>, text: &str) -> String {
        let told = |moment: &Moment| match &moment.comparison {
            Comparison::Above(at) => format!(">{}", at.to_rfc3339()),
            Comparison::AtLeast(at) => format!(">={}", at.to_rfc3339()),
            Comparison::Below(at) => format!("<{}", at.to_rfc3339()),
            Comparison::AtMost(at) => format!("<={}", at.to_rfc3339()),
            other => format!("{other:?}"),
        };
        match calendar().comparisons(operator, text) {
            Ok(moments) => moments.iter().map(told).collect::<Vec<_>>().join(" ").replace(":00.000Z", ""),
            Err(problem) => problem.split(':').next().unwrap_or_default().to_owned(),
        }
    }

    #[test]
    fn days_begin_in_the_accounts_time_zone() {
        for (operator, text, expected) in [
            (None, "2026-01-31", ">=2026-01-30T23:00 <2026-01-31T23:00"),
            (None, "2026-03", ">=2026-02-28T23:00 <2026-03-31T22:00"),
            (None, "2026", ">=2025-12-31T23:00 <2026-12-31T23:00"),
            (Some(Operator::Above), "2026-01-01", ">=2026-01-01T23:00"),
            (Some(Operator::AtLeast), "2026-01-01", ">=2025-12-31T23:00"),
            (Some(Operator::Below), "2026-01", "<2025-12-31T23:00"),
            (Some(Operator::AtMost), "2026-01", "<2026-01-31T23:00"),
            (None, "2026-01..2026-02", ">=2025-12-31T23:00 <2026-02-28T23:00"),
            (None, "2026-01..", ">=2025-12-31T23:00"),
            (None, "*..2026-01-01", "<2026-01-01T23:00"),
            (Some(Operator::Above), "-P7D", ">2026-03-24T12:00"),
            (None, "-P7D..-P1D", ">=2026-03-24T12:00 <=2026-03-30T12:00"),
            (Some(Operator::Above), "2026-01-01T10:00:00+01:00", ">2026-01-01T09:00"),
        ] {
            assert_eq!(said(operator, text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_told() {
        for (operator, text, expected) in [
            (None, "yesterday", "is no time"),
            (None, "2026-13", "is no time"),
            (None, "2026-1-1", "is no time"),
            (None, "2026-02-30", "is no time"),
            (None, "", "is no time"),
            (None, "-P7D", "is a moment"),
            (None, "2026..2025", "ends before it begins"),
            (None, "..", "is a range without ends"),
            (Some(Operator::Above), "2025..2026", "is a range"),
            (Some(Operator::Above), "-P7X", "is no duration like -P7D, P1Y2M, -P2W or PT2H30M"),
        ] {
            assert_eq!(said(operator, text), expected, "{text}");
        }
    }
}
