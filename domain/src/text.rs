//! Texts as the desk takes them: trimmed, then checked; and folded, for comparing.
//!
//! Lengths count Unicode code points. "Design, Rules of the desk" names the limits.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::error::{Refusal, RefusalCode};

/// What a text must be like.
#[derive(Clone, Copy, Debug)]
pub struct TextRule {
    /// The least number of code points after trimming.
    pub least: usize,
    /// The most.
    pub most: usize,
    /// Whether line breaks and tabs are allowed.
    pub is_multiline: bool,
}

/// A ticket's title.
pub const TITLE: TextRule = TextRule { least: 1, most: 200, is_multiline: false };
/// A ticket's description.
pub const DESCRIPTION: TextRule = TextRule { least: 0, most: 20_000, is_multiline: true };
/// A note.
pub const NOTE: TextRule = TextRule { least: 1, most: 20_000, is_multiline: true };
/// A category's name.
pub const CATEGORY: TextRule = TextRule { least: 1, most: 80, is_multiline: false };
/// A name of a user, account, status, key, label.
pub const NAME: TextRule = TextRule { least: 1, most: 60, is_multiline: false };
/// A contact's name, as an operator types it.
pub const CONTACT_NAME: TextRule = TextRule { least: 1, most: 200, is_multiline: false };
/// An integrator's own key.
pub const EXTERNAL_ID: TextRule = TextRule { least: 1, most: 200, is_multiline: false };
/// A dynamic field's value.
pub const FIELD_VALUE: TextRule = TextRule { least: 1, most: 1_024, is_multiline: true };
/// A message, either way.
pub const MESSAGE: TextRule = TextRule { least: 1, most: 4_096, is_multiline: true };
/// What a button carries.
pub const PAYLOAD: TextRule = TextRule { least: 1, most: 256, is_multiline: false };

impl TextRule {
    /// Trims the text and checks it.
    ///
    /// # Errors
    /// REQUIRED when nothing is left of it, TOO_LONG, or INVALID for control characters; `path` says where.
    pub fn check(self, text: &str, path: &[&str]) -> Result<String, Refusal> {
        let text = text.trim();
        let length = text.chars().count();
        if length < self.least {
            return Err(Refusal::new(RefusalCode::Required, path, "must not be empty"));
        }
        if length > self.most {
            let message = format!("has {length} characters; at most {} are allowed", self.most);
            return Err(Refusal::new(RefusalCode::TooLong, path, message));
        }
        let allowed = |c: char| self.is_multiline && matches!(c, '\n' | '\r' | '\t');
        match text.chars().find(|c| c.is_control() && !allowed(*c)) {
            Some(c) => {
                let message = format!("holds the control character U+{:04X}: take it out", u32::from(c));
                Err(Refusal::new(RefusalCode::Invalid, path, message))
            }
            None => Ok(text.to_owned()),
        }
    }
}

/// Cleans a name that came from outside instead of refusing it: no control characters, single spaces, cut to 200.
pub fn cleaned_name(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let joined = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.chars().take(CONTACT_NAME.most).collect::<String>().trim_end().to_owned()
}

/// Cleans a message that came from outside instead of refusing it: no control characters but line breaks and tabs, cut to
/// what a message holds.
pub fn cleaned_message(text: &str) -> String {
    let allowed = |c: &char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    text.trim().chars().filter(allowed).take(MESSAGE.most).collect::<String>().trim_end().to_owned()
}

/// Folds a text so that case and accents do not matter: NFKD, marks taken off, lower case, marks taken off again.
///
/// Both readings of a filter, in SQL and in memory, compare texts that went through here.
pub fn folded(text: &str) -> String {
    let bare = text.nfkd().filter(|c| !is_combining_mark(*c));
    bare.flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(unsharpened)
        .collect()
}

/// Full case folding where lower case alone is not enough: ß equals ss, ς equals σ.
fn unsharpened(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'ß' => ('s', Some('s')),
        'ς' => ('σ', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

/// A name as uniqueness sees it: NFKC, full case folding, single spaces. Accents count.
pub fn name_key(text: &str) -> String {
    let lower: String = text.nfkc().flat_map(char::to_lowercase).flat_map(unsharpened).nfkc().collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_ignores_case_and_accents() {
        for (left, right) in
            [("Perché", "PERCHE"), ("Straße", "STRASSE"), ("ΣΊΣΥΦΟΣ", "σισυφος"), ("ﬁne", "FINE")]
        {
            assert_eq!(folded(left), folded(right));
        }
    }

    #[test]
    fn names_differ_by_accents_and_not_by_case_or_spaces() {
        assert_eq!(name_key("  Late   Delivery "), name_key("late delivery"));
        assert_eq!(name_key("ＡＢＣ"), name_key("abc"));
        assert_ne!(name_key("perché"), name_key("perche"));
    }

    #[test]
    fn a_text_is_trimmed_then_checked() {
        assert_eq!(TITLE.check("  Hi ", &[]), Ok("Hi".to_owned()));
        for (text, code) in [
            ("   ", RefusalCode::Required),
            ("a\u{7}b", RefusalCode::Invalid),
            ("a\nb", RefusalCode::Invalid),
            (&"é".repeat(201), RefusalCode::TooLong),
        ] {
            assert_eq!(TITLE.check(text, &["title"]).map_err(|refusal| refusal.code), Err(code));
        }
        assert!(NOTE.check("a\nb\tc", &[]).is_ok());
        assert!(TITLE.check(&"é".repeat(200), &[]).is_ok());
    }

    #[test]
    fn an_outside_name_is_cleaned_and_cut() {
        assert_eq!(cleaned_name(" Anna\u{0}\n Rossi "), "Anna Rossi");
        assert_eq!(cleaned_name(&"x".repeat(300)).len(), 200);
    }
}
