//! The values that a contact holds for the account's dynamic fields.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{
    dynamic_field,
    error::{Refusal, RefusalCode},
    text,
};

/// Codes and values, by code.
pub type Fields = BTreeMap<String, String>;

/// One value to set or, without a value, to remove.
#[derive(Clone, Debug, Serialize)]
pub struct FieldInput {
    /// The dynamic field's code.
    pub code: String,
    /// None or nothing but space: the contact holds no value any more.
    pub value: Option<String>,
}

/// The stored text of `fields`, read.
///
/// # Errors
/// When the row holds what this program never wrote.
pub fn parse(stored: &str) -> serde_json::Result<Fields> {
    serde_json::from_str(stored)
}

/// What `current` becomes; `known` are the codes that the account has made. Later entries win.
///
/// # Errors
/// One refusal an entry: RESERVED_DYNAMIC_FIELD, UNKNOWN_DYNAMIC_FIELD, or what is wrong with its value.
pub fn merged(
    mut current: Fields,
    input: &[FieldInput],
    known: &BTreeSet<String>,
) -> Result<Fields, Vec<Refusal>> {
    let mut refusals = Vec::new();
    for (index, entry) in input.iter().enumerate() {
        match checked(entry, &index.to_string(), known) {
            Ok(Some(value)) => drop(current.insert(entry.code.clone(), value)),
            Ok(None) => drop(current.remove(&entry.code)),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if refusals.is_empty() { Ok(current) } else { Err(refusals) }
}

fn checked(entry: &FieldInput, index: &str, known: &BTreeSet<String>) -> Result<Option<String>, Refusal> {
    let at_code = ["fields", index, "code"];
    if dynamic_field::is_reserved(&entry.code) {
        let message = "is filled in by itself: a contact cannot hold it";
        return Err(Refusal::new(RefusalCode::ReservedDynamicField, &at_code, message));
    }
    if !known.contains(&entry.code) {
        let message = "is no dynamic field of this account: make it with dynamicFieldCreate first";
        return Err(Refusal::new(RefusalCode::UnknownDynamicField, &at_code, message));
    }
    match entry.value.as_deref().map(str::trim) {
        None | Some("") => Ok(None),
        Some(value) => text::FIELD_VALUE.check(value, &["fields", index, "value"]).map(Some),
    }
}

/// The fields as a person reads them; None when there are none.
pub fn described(fields: &Fields) -> Option<String> {
    let lines = fields.iter().map(|(code, value)| format!("{code}: {value}")).collect::<Vec<_>>();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(code: &str, value: Option<&str>) -> FieldInput {
        FieldInput { code: code.to_owned(), value: value.map(str::to_owned) }
    }

    #[test]
    fn values_are_merged_and_removed() {
        let known = BTreeSet::from(["CITY".to_owned(), "SIZE".to_owned()]);
        let current =
            Fields::from([("CITY".to_owned(), "Roma".to_owned()), ("OLD".to_owned(), "x".to_owned())]);
        let input = [entry("CITY", None), entry("SIZE", Some(" 42 "))];
        let after = merged(current, &input, &known).expect("known codes");
        assert_eq!(described(&after).as_deref(), Some("OLD: x\nSIZE: 42"));
    }

    #[test]
    fn every_wrong_entry_is_named() {
        let known = BTreeSet::from(["CITY".to_owned()]);
        let input = [
            entry("CITY", Some(&"x".repeat(1_025))),
            entry("TOWN", Some("x")),
            entry("CONTACT_NAME", Some("x")),
        ];
        let refusals = merged(Fields::new(), &input, &known).expect_err("three mistakes");
        let said = refusals.iter().map(|r| (r.code, r.path.join("."))).collect::<Vec<_>>();
        assert_eq!(
            said,
            [
                (RefusalCode::TooLong, "fields.0.value".to_owned()),
                (RefusalCode::UnknownDynamicField, "fields.1.code".to_owned()),
                (RefusalCode::ReservedDynamicField, "fields.2.code".to_owned()),
            ]
        );
    }
}
