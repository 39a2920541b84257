//! Points in time as exports write them.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use sportello_entity::Timestamp;

/// What is read without being told: as databases and spreadsheets write it, the longest first.
const FORMATS: [&str; 6] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
];

/// The moment: RFC 3339 or the like, seconds or milliseconds since 1970, the format given, or a date with or without a
/// time in the time zone. Days and months the other way round are never guessed. None: it is none of these.
pub(super) fn read(text: &str, zone: Tz, format: Option<&str>) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(format) = format.filter(|format| !format.is_empty()) {
        let told = NaiveDateTime::parse_from_str(text, format).ok();
        let told =
            told.or_else(|| Some(NaiveDate::parse_from_str(text, format).ok()?.and_time(Default::default())));
        if let Some(local) = told {
            return in_zone(local, zone);
        }
    }
    if let Some(moment) = since_1970(text) {
        return Some(moment);
    }
    let with_offset = ["%Y-%m-%d %H:%M:%S%.f %z", "%Y-%m-%d %H:%M:%S%.f %:z"];
    let absolute = DateTime::parse_from_rfc3339(text).ok();
    let absolute = absolute
        .or_else(|| with_offset.iter().find_map(|format| DateTime::parse_from_str(text, format).ok()));
    let utc =
        || NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f UTC").ok().map(|utc| utc.and_utc());
    if let Some(moment) = absolute.map(|moment| moment.with_timezone(&Utc)).or_else(utc) {
        return Some(moment.into());
    }
    let local = FORMATS.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.and_time(Default::default()));
    in_zone(local.or_else(day)?, zone)
}

/// Ten digits are seconds (2001 to 2286), thirteen milliseconds.
fn since_1970(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = [whole, fraction].iter().all(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
    let number: i64 = whole.parse().ok().filter(|_| is_number)?;
    match whole.len() {
        9 | 10 => {
            let milliseconds: String = fraction.chars().chain("000".chars()).take(3).collect();
            Some(Timestamp(number * 1_000 + milliseconds.parse::<i64>().ok()?))
        }
        12 | 13 => Some(Timestamp(number)),
        _ => None,
    }
}

/// A local time that comes twice when clocks are put back means the first; one that is left out, an hour later.
fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
    let moment = match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => moment,
        LocalResult::None => zone.from_local_datetime(&(local + chrono::Duration::hours(1))).earliest()?,
    };
    Some(moment.with_timezone(&Utc).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_exports_write_is_read() {
        let format = Some("%d/%m/%Y %H:%M");
        for (text, format, expected) in [
            ("2024-05-01T08:30:00Z", None, "2024-05-01T08:30:00.000Z"),
            ("2024-05-01T08:30:00.25+02:00", None, "2024-05-01T06:30:00.250Z"),
            ("2024-05-01 08:30:00 UTC", None, "2024-05-01T08:30:00.000Z"),
            ("2024-05-01 08:30:00 +0200", None, "2024-05-01T06:30:00.000Z"),
            ("1714552200", None, "2024-05-01T08:30:00.000Z"),
            ("1714552200.5", None, "2024-05-01T08:30:00.500Z"),
            ("1714552200123", None, "2024-05-01T08:30:00.123Z"),
            ("2024-05-01 08:30", None, "2024-05-01T06:30:00.000Z"),
            ("2024-05-01", None, "2024-04-30T22:00:00.000Z"),
            ("01/05/2024 08:30", format, "2024-05-01T06:30:00.000Z"),
            ("2024-05-01T08:30:00Z", format, "2024-05-01T08:30:00.000Z"),
            ("2024-03-31 02:30", None, "2024-03-31T01:30:00.000Z"),
            ("2024-10-27 02:30", None, "2024-10-27T00:30:00.000Z"),
        ] {
            let read = read(text, Tz::Europe__Rome, format).map(Timestamp::to_rfc3339);
            assert_eq!(read.as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "01/05/2024 08:30",
            "2024-13-01",
            "12",
            "-1714552200",
            "1.2.3",
            "99999999999999999999",
        ] {
            assert_eq!(read(text, Tz::UTC, None), None, "{text}");
        }
    }
}
