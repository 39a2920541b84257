//! Bounds in time: a moment in RFC 3339, or a signed ISO 8601 duration relative to now.

use chrono::{DateTime, Datelike, Months, TimeDelta, Utc};
use sportello_entity::Timestamp;

use super::comparison::Comparison;

/// A comparison to a moment, and whether the client said it relative to now.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    /// With what, and how.
    pub comparison: Comparison<Timestamp>,
    /// A stream cannot follow it: the answer would change without an event.
    pub is_relative: bool,
}

/// A moment as a client wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The moment itself.
    pub at: Timestamp,
    /// Whether it was said relative to now.
    pub is_relative: bool,
}

impl Bound {
    /// Reads `2026-01-31T12:00:00Z`, `-P7D` or `PT2H`. Years and months go by the calendar, in UTC; seconds may have a
    /// fraction.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the text.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, String> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        if let Some(duration) = unsigned.strip_prefix('P') {
            let at = shifted(now.to_utc(), duration, text.starts_with('-'))?;
            return Ok(Self { at, is_relative: true });
        }
        match DateTime::parse_from_rfc3339(text) {
            Ok(moment) => Ok(Self { at: moment.to_utc().into(), is_relative: false }),
            Err(_) => {
                Err("is neither a moment like 2026-01-31T12:00:00Z nor a duration like -P7D".to_owned())
            }
        }
    }
}

const MALFORMED: &str = "is no duration like -P7D, P1Y2M, -P2W or PT2H30M";
const TOO_FAR: &str = "reaches outside of the years 0 to 9999";

fn shifted(now: DateTime<Utc>, duration: &str, is_back: bool) -> Result<Timestamp, String> {
    let Span { months, time } = Span::parse(duration).ok_or(MALFORMED)??;
    let by_months = if is_back { now.checked_sub_months(months) } else { now.checked_add_months(months) };
    by_months
        .and_then(
            |moment| if is_back { moment.checked_sub_signed(time) } else { moment.checked_add_signed(time) },
        )
        .filter(|moment| (0..=9999).contains(&moment.year()))
        .map(Timestamp::from)
        .ok_or_else(|| TOO_FAR.to_owned())
}

/// How far: by the calendar, and by the clock.
struct Span {
    months: Months,
    time: TimeDelta,
}

impl Span {
    /// Reads what follows the P. None: malformed; an error within: too far.
    fn parse(text: &str) -> Option<Result<Self, String>> {
        let (date, clock) = match text.split_once('T') {
            Some((date, clock)) if !clock.is_empty() => (date, clock),
            Some(_) => return None,
            None => (text, ""),
        };
        if date.is_empty() && clock.is_empty() {
            return None;
        }
        let [years, months, weeks, days] = parts(date, ['Y', 'M', 'W', 'D'], false)?;
        let [hours, minutes, seconds] = parts(clock, ['H', 'M', 'S'], true)?;
        Some(Self::of(years, months, weeks * 7.0 + days, (hours * 60.0 + minutes) * 60.0 + seconds))
    }

    fn of(years: f64, months: f64, days: f64, seconds: f64) -> Result<Self, String> {
        let months = years * 12.0 + months;
        let milliseconds = (days * 86_400.0 + seconds) * 1000.0;
        if months > 120_000.0 || milliseconds > 4e14 {
            return Err(TOO_FAR.to_owned());
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both were just bounded")]
        let (months, milliseconds) = (months as u32, milliseconds.round() as i64);
        Ok(Self { months: Months::new(months), time: TimeDelta::milliseconds(milliseconds) })
    }
}

/// The numbers before each of the units, which come in this order and may be left out. Only the last unit may have a
/// fraction, where there may be one at all.
fn parts<const N: usize>(mut text: &str, units: [char; N], has_fraction: bool) -> Option<[f64; N]> {
    let mut numbers = [0.0; N];
    for (index, unit) in units.into_iter().enumerate() {
        let Some((number, rest)) = text.split_once(unit) else { continue };
        numbers[index] = number_of(number, has_fraction && index + 1 == N)?;
        text = rest;
    }
    text.is_empty().then_some(numbers)
}

/// A whole number, however long, or one with a fraction. f64 holds every one exactly that is not too far anyhow.
fn number_of(text: &str, has_fraction: bool) -> Option<f64> {
    let (whole, fraction) =
        text.split_once(['.', ',']).map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || fraction.is_some_and(|digits| !has_fraction || !is_number(digits)) {
        return None;
    }
    text.replace(',', ".").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-03-31T12:00:00.500Z";

    fn at(text: &str) -> Result<String, String> {
        let now = Bound::parse(NOW, Timestamp(0)).map(|bound| bound.at)?;
        Bound::parse(text, now).map(|bound| bound.at.to_rfc3339())
    }

    #[test]
    fn a_duration_is_relative_to_now() {
        for (text, moment) in [
            ("-P7D", "2026-03-24T12:00:00.500Z"),
            ("PT2H", "2026-03-31T14:00:00.500Z"),
            ("+P1W", "2026-04-07T12:00:00.500Z"),
            ("-P1M", "2026-02-28T12:00:00.500Z"),
            ("-P1Y1M1DT1H1M1.5S", "2025-02-27T10:58:59.000Z"),
            ("P0D", NOW),
        ] {
            assert_eq!(at(text).as_deref(), Ok(moment), "{text}");
        }
    }

    #[test]
    fn a_moment_is_itself_in_any_zone() {
        assert_eq!(at("2026-01-01T00:00:00+02:00").as_deref(), Ok("2025-12-31T22:00:00.000Z"));
        assert!(!Bound::parse(NOW, Timestamp(0)).is_ok_and(|bound| bound.is_relative));
        assert!(Bound::parse("-P1D", Timestamp(0)).is_ok_and(|bound| bound.is_relative));
    }

    #[test]
    fn what_is_malformed_or_too_far_is_refused() {
        for text in [
            "",
            "P",
            "-P",
            "PT",
            "P1",
            "P1DT",
            "PD",
            "P-1D",
            "P1D1Y",
            "P1H",
            "P1.5D",
            "P١D",
            "7D",
            "--P1D",
            "P1Y1Y",
            "yesterday",
            "2026-01-01",
            "2026-02-30T00:00:00Z",
            "\u{0}",
            "PT1.S",
            "PT.5S",
            "P1DT1H1",
            "P9999Y",
            "-P2027Y",
            "P99999999999999999999Y",
            "PT99999999999999999999999999S",
            "P999999999999D",
        ] {
            assert!(at(text).is_err(), "{text}");
        }
    }
}
