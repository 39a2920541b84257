//! Keys of custom statuses: made from the first name, never changed.

use crate::text;

/// A key from `name` that none of `taken` is: "on_hold", "on_hold_2" …
pub(super) fn free_key<'a>(name: &str, taken: impl Fn(&str) -> bool + 'a) -> String {
    let slug = slug(name);
    let numbered = (2..).map(|number| format!("{slug}_{number}"));
    std::iter::once(slug.clone()).chain(numbered).find(|key| !taken(key)).expect("numbers do not end")
}

/// ASCII letters and digits, the rest as single underscores; "status" when nothing is left.
fn slug(name: &str) -> String {
    let folded = text::folded(name);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("_");
    if slug.is_empty() { "status".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_slug_that_is_free() {
        for (name, expected) in [
            ("On hold", "on_hold"),
            ("  Già  fatto! ", "gia_fatto"),
            ("待機", "status"),
            ("Open", "open_2"),
            ("A/B", "a_b"),
        ] {
            assert_eq!(free_key(name, |key| key == "open"), expected);
        }
        assert_eq!(free_key("x", |key| key == "x" || key == "x_2"), "x_3");
    }
}
