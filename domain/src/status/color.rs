//! Colours of statuses.

use crate::error::{Refusal, RefusalCode};

/// What a status gets when none was chosen.
pub(super) const DEFAULT: &str = "#64748b";

/// "#rrggbb" in lower case.
///
/// # Errors
/// INVALID at `["color"]`.
pub(super) fn checked(text: &str) -> Result<String, Refusal> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(text);
    }
    Err(Refusal::new(RefusalCode::Invalid, &["color"], "is no colour: write it like #22c55e"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_has_six_digits() {
        assert_eq!(checked(" #22C55E ").as_deref(), Ok("#22c55e"));
        assert!(checked(DEFAULT).is_ok());
        for text in ["", "red", "#fff", "22c55e", "#22c55g", "#22c55e0"] {
            assert!(checked(text).is_err(), "{text}");
        }
    }
}
