//! Filling texts in: `%%CODE%%` in one pass and never recursively, so that a value that contains `%%X%%` is text.

use std::collections::BTreeSet;

use super::Values;
use crate::error::{Refusal, RefusalCode};

/// What stands before and after a code.
const MARK: &str = "%%";

/// A text with its places to fill in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Plain(String),
    Field(Placeholder),
}

/// One place to fill in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// What stands between %% and %%. Where letters are small it is no code of any field, and the text cannot be saved.
    pub code: String,
    /// Where the first % stands: 1 is the text's first character.
    pub position: usize,
}

/// The fields that a text needs and that have no value, each once, in the text's order. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing to fill in for {}", .0.join(", "))]
pub struct Missing(pub Vec<String>);

impl Text {
    /// Reads a text. Every text can be read: two per cent signs that enclose no word are two per cent signs.
    pub fn parse(body: &str) -> Self {
        let (mut parts, mut plain, mut rest, mut position) = (Vec::new(), String::new(), body, 1);
        while let Some(first) = rest.chars().next() {
            if let Some(code) = code_at(rest) {
                parts.extend((!plain.is_empty()).then(|| Part::Plain(std::mem::take(&mut plain))));
                parts.push(Part::Field(Placeholder { code: code.to_owned(), position }));
                let length = 2 * MARK.len() + code.len();
                (rest, position) = (&rest[length..], position + length);
            } else {
                plain.push(first);
                (rest, position) = (&rest[first.len_utf8()..], position + 1);
            }
        }
        parts.extend((!plain.is_empty()).then_some(Part::Plain(plain)));
        Self { parts }
    }

    /// Its places to fill in, in order; a field that stands twice comes twice.
    pub fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.parts.iter().filter_map(|part| match part {
            Part::Field(placeholder) => Some(placeholder),
            Part::Plain(_) => None,
        })
    }

    /// The codes that it needs values for.
    pub fn codes(&self) -> BTreeSet<String> {
        self.placeholders().map(|placeholder| placeholder.code.clone()).collect()
    }

    /// The text with every place filled in.
    ///
    /// # Errors
    /// The fields that have no value: nobody is ever sent `%%CODE%%`.
    pub fn render(&self, values: &Values) -> Result<String, Missing> {
        let missing = self.missing(values);
        if !missing.is_empty() {
            return Err(Missing(missing));
        }
        Ok(self.render_with_gaps(values))
    }

    /// The text with every place filled in, and nothing in those that have no value: for what no customer reads.
    pub fn render_with_gaps(&self, values: &Values) -> String {
        self.parts.iter().map(|part| part.filled(values)).collect()
    }

    /// The fields that it needs and that have no value, each once, in its order.
    pub fn missing(&self, values: &Values) -> Vec<String> {
        let mut missing: Vec<String> = Vec::new();
        for placeholder in self.placeholders().filter(|one| values.get(&one.code).is_none()) {
            if !missing.contains(&placeholder.code) {
                missing.push(placeholder.code.clone());
            }
        }
        missing
    }

    /// UNKNOWN_DYNAMIC_FIELD at `path` for each place whose code is not `known`, with where in the text it stands.
    pub fn unknown(&self, known: &BTreeSet<String>, path: &[&str]) -> Vec<Refusal> {
        let refusal = |Placeholder { code, position }: &Placeholder| {
            let message = format!(
                "%%{code}%% at character {position} is no dynamic field of this account: correct it, or make the \
                 field with dynamicFieldCreate first"
            );
            Refusal::new(RefusalCode::UnknownDynamicField, path, message)
        };
        self.placeholders().filter(|place| !known.contains(&place.code)).map(refusal).collect()
    }
}

impl Missing {
    /// MISSING_DYNAMIC_FIELD at `path` for each, by its name.
    pub fn refusals(self, path: &[&str]) -> Vec<Refusal> {
        let refusal = |code: String| {
            let message = format!("there is nothing to fill {code} in with: give it a value");
            Refusal::new(RefusalCode::MissingDynamicField, path, message)
        };
        self.0.into_iter().map(refusal).collect()
    }
}

/// The text filled in.
///
/// # Errors
/// The fields that have no value.
pub fn render(text: &str, values: &Values) -> Result<String, Missing> {
    Text::parse(text).render(values)
}

impl Part {
    fn filled<'a>(&'a self, values: &'a Values) -> &'a str {
        match self {
            Self::Plain(text) => text,
            Self::Field(placeholder) => values.get(&placeholder.code).unwrap_or_default(),
        }
    }
}

/// The code that the text begins with, marks left off. Small letters count, so that who writes `%%city%%` is told.
fn code_at(text: &str) -> Option<&str> {
    let inner = text.strip_prefix(MARK)?;
    let length = inner.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let code = &inner[..length];
    let is_word = code.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    (is_word && inner[length..].starts_with(MARK)).then_some(code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(pairs: &[(&str, &str)]) -> Values {
        let mut values = Values::default();
        pairs.iter().for_each(|(code, value)| values.set(code, value));
        values
    }

    #[test]
    fn places_are_found_with_where_they_stand() {
        for (text, expected) in [
            ("Ciao %%CONTACT_NAME%%!", vec![("CONTACT_NAME", 6)]),
            ("é%%A%%%%B_2%%", vec![("A", 2), ("B_2", 7)]),
            ("%%%A%%", vec![("A", 2)]),
            ("%%city%%", vec![("city", 1)]),
            ("100%% of 50%%", vec![]),
            ("%%%%", vec![]),
            ("%%1A%% %%A B%% %%A", vec![]),
        ] {
            let found = Text::parse(text);
            let found: Vec<_> = found.placeholders().map(|one| (one.code.as_str(), one.position)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn filling_in_is_one_pass() {
        let values = values(&[("A", "%%B%%"), ("B", "b"), ("HALF", "%%")]);
        assert_eq!(render("%%A%% %%B%%", &values).as_deref(), Ok("%%B%% b"));
        assert_eq!(render("%%HALF%%B%%HALF%%", &values).as_deref(), Ok("%%B%%"));
    }

    #[test]
    fn what_has_no_value_is_named_once() {
        let values = values(&[("A", "a"), ("BLANK", "  ")]);
        let missing = render("%%X%% %%A%% %%BLANK%% %%X%%", &values).expect_err("two are missing");
        assert_eq!(missing.0, ["X", "BLANK"]);
        let paths = missing.refusals(&["fields"]);
        assert!(paths[0].message.contains('X') && paths[0].code == RefusalCode::MissingDynamicField);
    }

    #[test]
    fn unknown_codes_are_named_with_their_place() {
        let known = BTreeSet::from(["A".to_owned()]);
        let refusals = Text::parse("%%A%% %%TOWN%%").unknown(&known, &["body"]);
        assert_eq!(refusals.len(), 1);
        assert!(refusals[0].message.contains("%%TOWN%% at character 7"), "{}", refusals[0].message);
    }

    proptest! {
        #[test]
        fn a_text_without_places_stays_as_it_is(text in "[^%]*") {
            prop_assert_eq!(render(&text, &Values::default()), Ok(text));
        }

        #[test]
        fn values_are_never_read_as_texts(before in "[a-z ]*", value in "[%A-Z]{1,12}", after in "[a-z ]*") {
            let values = values(&[("A", &value), ("B", "b")]);
            prop_assert_eq!(render(&format!("{before}%%A%%{after}"), &values), Ok(format!("{before}{value}{after}")));
        }
    }
}
