//! Texts as search sees them: folded, and parted into words.

use sportello_entity::AccountId;

use crate::text::folded;

/// The words of a text in their order: runs of letters and digits, without case and accents. Where a script puts no
/// spaces between words, each character is one.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in folded(text).chars() {
        let stands_alone = is_ideographic(c);
        if (stands_alone || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        match stands_alone {
            true => words.push(c.to_string()),
            false if c.is_alphanumeric() => word.push(c),
            false => {}
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

/// Han, Hiragana and Katakana.
fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Words with a space before, between and after them: ` a b ` is in it exactly where the words follow each other.
pub(super) fn spaced(words: &[String]) -> String {
    if words.is_empty() { String::new() } else { format!(" {} ", words.join(" ")) }
}

/// What stands before each word of an account in the index, so that no search reads another account's postings. Two
/// accounts may share it by chance: documents are held to their account besides.
pub(super) fn account_key(account_id: AccountId) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut number = account_id.0.as_u128();
    let mut key = String::with_capacity(4);
    for _ in 0..4 {
        let digit = usize::try_from(number % 36).expect("less than 36");
        key.push(char::from(DIGITS[digit]));
        number /= 36;
    }
    key
}

/// The longest word that the index tells from longer ones; the documents themselves hold all of it.
const LONGEST: usize = 40;

/// Where a word of the index stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Anywhere in a document.
    Anywhere,
    /// In a ticket's reference or title.
    Title,
    /// In a contact's name.
    Name,
}

/// A word as the index holds it. No word begins with a plus sign, and what does in a document are digits.
pub(super) fn lexeme(account_key: &str, place: Place, word: &str) -> String {
    let cut = word.char_indices().nth(LONGEST).map_or(word, |(end, _)| &word[..end]);
    let mark = match place {
        Place::Anywhere => "",
        Place::Title => "+t",
        Place::Name => "+n",
    };
    format!("{account_key}{mark}{cut}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_parted_into_folded_words() {
        for (text, expected) in [
            ("Perché  l'ACQUA?", "perche l acqua"),
            ("T-1042", "t 1042"),
            ("anna.rossi@example.com", "anna rossi example com"),
            ("ﬁne Straße ΣΊΣΥΦΟΣ", "fine strasse σισυφοσ"),
            ("日本語 abc", "日 本 語 abc"),
            (" - * \u{1f600} ", ""),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
        assert_eq!(spaced(&words("a-b")), " a b ");
        assert_eq!(spaced(&[]), "");
    }

    #[test]
    fn a_lexeme_begins_with_the_account_and_is_cut() {
        let key = account_key(AccountId(uuid::Uuid::from_u128(99)));
        assert_eq!(key, "r200");
        assert_eq!(lexeme(&key, Place::Anywhere, "perche"), "r200perche");
        assert_eq!(lexeme(&key, Place::Title, "perche"), "r200+tperche");
        assert_eq!(lexeme(&key, Place::Anywhere, &"è".repeat(50)).chars().count(), 44);
    }
}
