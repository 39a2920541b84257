//! Language tags (BCP 47): language, script and region; WhatsApp's `en_US` is `en-US` here.

use crate::error::{Refusal, RefusalCode};

/// The tag with its usual capitals and dashes.
///
/// # Errors
/// INVALID at `path` for what is no language with at most a script and a region.
pub fn normalised(text: &str, path: &[&str]) -> Result<String, Refusal> {
    let invalid =
        || Refusal::new(RefusalCode::Invalid, path, "is no language tag: write it like en or en-US");
    let text = text.trim().replace('_', "-");
    let mut parts = text.split('-').peekable();
    let language = parts.next().filter(|part| is_letters(part, 2..=3)).ok_or_else(invalid)?;
    let mut tag = language.to_ascii_lowercase();
    if let Some(script) = parts.next_if(|part| is_letters(part, 4..=4)) {
        let (first, rest) = script.split_at(1);
        tag = format!("{tag}-{}{}", first.to_ascii_uppercase(), rest.to_ascii_lowercase());
    }
    if let Some(region) = parts.next_if(|part| is_letters(part, 2..=2) || is_area(part)) {
        tag = format!("{tag}-{}", region.to_ascii_uppercase());
    }
    if parts.next().is_none() { Ok(tag) } else { Err(invalid()) }
}

fn is_letters(part: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic())
}

/// UN M.49: es-419 is the Spanish of Latin America.
fn is_area(part: &str) -> bool {
    part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_get_their_usual_form() {
        for (text, expected) in [
            ("en", "en"),
            ("en_US", "en-US"),
            ("IT-it", "it-IT"),
            ("es-419", "es-419"),
            ("zh-hant-tw", "zh-Hant-TW"),
        ] {
            assert_eq!(normalised(text, &[]).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn other_texts_are_invalid() {
        for text in ["", "e", "english", "en-", "en-USA", "en-US-x", "12", "é", "en US"] {
            assert_eq!(normalised(text, &[]).map_err(|r| r.code), Err(RefusalCode::Invalid), "{text}");
        }
    }
}
