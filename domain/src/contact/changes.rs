//! What an input makes of a contact, and what of it a person reads as changed. Pure.

use std::collections::BTreeSet;

use serde::Serialize;
use sportello_entity::contact;

use super::{email, fields, fields::FieldInput, locale, phone};
use crate::{
    change::Change,
    error::{FieldChange, Refusal},
    text,
};

/// What is to change of a contact.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ContactChanges {
    /// The name; cannot be taken away.
    pub name: Change<String>,
    /// In any spelling with a country code.
    pub phone: Change<String>,
    /// An e-mail address.
    pub email: Change<String>,
    /// A language tag.
    pub locale: Change<String>,
    /// The integrator's own key.
    pub external_id: Change<String>,
    /// Merged into what is there; cleared as a whole.
    pub fields: Change<Vec<FieldInput>>,
    /// Whether messages set nothing off.
    pub is_blocked: Change<bool>,
}

/// The contact after `changes`, version and time untouched; `known` are the account's dynamic field codes.
///
/// # Errors
/// Everything that is wrong with the input, each with its path.
pub(super) fn applied(
    before: &contact::Model,
    changes: &ContactChanges,
    known: &BTreeSet<String>,
) -> Result<contact::Model, Vec<Refusal>> {
    let mut after = before.clone();
    let optional = [
        name(&mut after, &changes.name),
        set(&mut after.phone, &changes.phone, |text| phone::normalised(text, &["phone"])),
        set(&mut after.email, &changes.email, |text| email::checked(text, &["email"])),
        set(&mut after.locale, &changes.locale, |text| locale::normalised(text, &["locale"])),
        set(&mut after.external_id, &changes.external_id, |text| {
            text::EXTERNAL_ID.check(text, &["externalId"])
        }),
        blocked(&mut after, &changes.is_blocked),
    ];
    let mut refusals: Vec<_> = optional.into_iter().filter_map(Result::err).collect();
    refusals.extend(set_fields(&mut after, &changes.fields, known).err().into_iter().flatten());
    if refusals.is_empty() { Ok(after) } else { Err(refusals) }
}

fn name(after: &mut contact::Model, change: &Change<String>) -> Result<(), Refusal> {
    match change {
        Change::Keep => {}
        Change::Clear => return Err(Refusal::null("name")),
        Change::Set(name) => {
            after.name = text::CONTACT_NAME.check(name, &["name"])?;
            after.name_folded = text::folded(&after.name);
        }
    }
    Ok(())
}

fn set(
    field: &mut Option<String>,
    change: &Change<String>,
    check: impl Fn(&str) -> Result<String, Refusal>,
) -> Result<(), Refusal> {
    match change {
        Change::Keep => {}
        Change::Clear => *field = None,
        Change::Set(text) => *field = Some(check(text)?),
    }
    Ok(())
}

fn blocked(after: &mut contact::Model, change: &Change<bool>) -> Result<(), Refusal> {
    after.is_blocked = change.clone().required(after.is_blocked, "isBlocked")?;
    Ok(())
}

fn set_fields(
    after: &mut contact::Model,
    change: &Change<Vec<FieldInput>>,
    known: &BTreeSet<String>,
) -> Result<(), Vec<Refusal>> {
    let fields = match change {
        Change::Keep => return Ok(()),
        Change::Clear => fields::Fields::new(),
        Change::Set(input) => fields::merged(fields::parse(&after.fields).unwrap_or_default(), input, known)?,
    };
    after.fields = serde_json::to_string(&fields).expect("texts are JSON");
    Ok(())
}

/// What differs between two states of a contact, as its events tell it.
///
/// # Errors
/// When a row's fields are no JSON object of texts, which this program never writes.
pub(super) fn between(
    before: &contact::Model,
    after: &contact::Model,
) -> serde_json::Result<Vec<FieldChange>> {
    let named = |contact: &contact::Model| (!contact.name.is_empty()).then(|| contact.name.clone());
    let fields =
        |contact: &contact::Model| fields::parse(&contact.fields).map(|fields| fields::described(&fields));
    let changes = [
        FieldChange::between("name", named(before), named(after)),
        FieldChange::between("phone", before.phone.clone(), after.phone.clone()),
        FieldChange::between("email", before.email.clone(), after.email.clone()),
        FieldChange::between("locale", before.locale.clone(), after.locale.clone()),
        FieldChange::between("externalId", before.external_id.clone(), after.external_id.clone()),
        FieldChange::between(
            "whatsAppUserId",
            before.whatsapp_user_id.clone(),
            after.whatsapp_user_id.clone(),
        ),
        FieldChange::between("fields", fields(before)?, fields(after)?),
        FieldChange::between(
            "isBlocked",
            Some(before.is_blocked.to_string()),
            Some(after.is_blocked.to_string()),
        ),
    ];
    Ok(changes.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sportello_entity::{AccountId, ContactId, Timestamp};

    fn anna() -> contact::Model {
        let id = uuid::Uuid::nil();
        super::super::create::blank(AccountId(id), ContactId(id), Timestamp(0))
    }

    fn set(text: &str) -> Change<String> {
        Change::Set(text.to_owned())
    }

    #[test]
    fn a_change_is_checked_folded_and_told() {
        let changes =
            ContactChanges { name: set(" Perché "), phone: set("0039 351 000 0001"), ..Default::default() };
        let after = applied(&anna(), &changes, &BTreeSet::new()).expect("a good input");
        assert_eq!((after.name_folded.as_str(), after.phone.as_deref()), ("perche", Some("+393510000001")));
        let told = between(&anna(), &after).expect("JSON");
        assert_eq!(told.iter().map(|change| change.field.as_str()).collect::<Vec<_>>(), ["name", "phone"]);
        assert!(between(&after, &after).expect("JSON").is_empty());
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let changes = ContactChanges {
            name: Change::Clear,
            phone: set("12"),
            email: set("x"),
            locale: set("?"),
            external_id: set(" "),
            is_blocked: Change::Clear,
            ..Default::default()
        };
        let refusals = applied(&anna(), &changes, &BTreeSet::new()).expect_err("six mistakes");
        let paths = refusals.iter().map(|refusal| refusal.path.join(".")).collect::<Vec<_>>();
        assert_eq!(paths, ["name", "phone", "email", "locale", "externalId", "isBlocked"]);
    }
}
