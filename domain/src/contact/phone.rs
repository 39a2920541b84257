//! Phone numbers, as people type them and as rows keep them.

pub use phonenumber::country::Id as Country;

use crate::error::{Refusal, RefusalCode};

/// E.164: `+`, country code and number, digits only.
///
/// Spaces, dashes, brackets, dots and slashes fall away, a leading 00 becomes +. Whether the number is given out to
/// anybody is not asked: numbering plans change faster than this program.
///
/// # Errors
/// INVALID at `path` for a number without a country code and for what is no number.
pub fn normalised(text: &str, path: &[&str]) -> Result<String, Refusal> {
    let refuse = |message: &str| Refusal::new(RefusalCode::Invalid, path, message);
    let bare: String = text.chars().filter(|c| !is_filling(*c)).collect();
    let international = bare.strip_prefix("00").map_or_else(|| bare.clone(), |rest| format!("+{rest}"));
    let Some(digits) = international.strip_prefix('+') else {
        return Err(refuse("needs its country code: write it like +39 351 000 0000"));
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refuse("is no phone number: write it like +39 351 000 0000"));
    }
    let number = phonenumber::parse(None, &international)
        .map_err(|_| refuse("is no phone number of any country: check its country code and length"))?;
    let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
    // ITU-T E.164 allows 15 digits, country code included; no country has numbers of less than 7.
    if (8..=16).contains(&e164.len()) { Ok(e164) } else { Err(refuse("has too few or too many digits")) }
}

/// The same for a number that may be written as it is dialled inside of a country.
///
/// # Errors
/// INVALID at `path` for what is no number, and for one without a country code where no country is given.
pub fn normalised_in(country: Option<Country>, text: &str, path: &[&str]) -> Result<String, Refusal> {
    let bare: String = text.chars().filter(|c| !is_filling(*c)).collect();
    if country.is_none() || bare.starts_with('+') || bare.starts_with("00") {
        return normalised(text, path);
    }
    match phonenumber::parse(country, &bare) {
        Ok(number) => normalised(&number.format().mode(phonenumber::Mode::E164).to_string(), path),
        Err(_) => Err(Refusal::new(RefusalCode::Invalid, path, "is no phone number of the country")),
    }
}

/// The digits of a number, in any spelling, without the 00 that stands for +.
pub(crate) fn digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.strip_prefix("00").map_or(digits.clone(), ToOwned::to_owned)
}

/// What may stand between the digits of a number.
pub(crate) fn is_filling(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '(' | ')' | '[' | ']' | '.' | '/' | '\u{2010}'..='\u{2015}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_becomes_e164() {
        for (text, expected) in [
            ("+39 351 000 0001", "+393510000001"),
            ("0039-351-000-0001", "+393510000001"),
            (" +1 (415) 555-2671 ", "+14155552671"),
            ("+39 06 1234567", "+39061234567"),
            ("+34.600/111.222", "+34600111222"),
            ("+49 (0)171 1234567", "+491711234567"),
        ] {
            assert_eq!(normalised(text, &[]).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_national_number_needs_its_country() {
        for (country, text, expected) in [
            (Some(Country::IT), "351 000 0001", Some("+393510000001")),
            (Some(Country::IT), "06 1234567", Some("+39061234567")),
            (Some(Country::DE), "0171 1234567", Some("+491711234567")),
            (Some(Country::DE), "+39 351 000 0001", Some("+393510000001")),
            (Some(Country::IT), "ask Anna", None),
            (None, "351 000 0001", None),
        ] {
            assert_eq!(normalised_in(country, text, &[]).ok().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_international_number_is_invalid() {
        for text in [
            "",
            "+",
            "351 000 0001",
            "+39",
            "+39 351 ABC",
            "+999 123 456 789",
            "++393510000001",
            "+3",
            "+39351000000100000000",
        ] {
            let refusal = normalised(text, &["phone"]).expect_err(text);
            assert_eq!(
                (refusal.code, refusal.path),
                (RefusalCode::Invalid, vec!["phone".to_owned()]),
                "{text}"
            );
        }
    }
}
