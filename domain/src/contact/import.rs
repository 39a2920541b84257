//! The contact of a ticket that comes from another system: found by what is known of it, or made.

use serde::Serialize;
use sportello_entity::contact;

use super::{create, email, event, find, insert, phone, update};
use crate::{
    Error, Refusal, RefusalCode, Result,
    store::Tx,
    text::{self, cleaned_name, folded},
};

/// What another system tells of a contact. None of it has to be known.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ContactImport {
    /// The other system's key.
    pub external_id: Option<String>,
    /// In any spelling with a country code.
    pub phone: Option<String>,
    /// Cleaned and cut, never refused.
    pub name: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
}

/// The contact with that key, else the one with that number, else a new one (CONTACT_CREATED), and one only, also when
/// many come with it at once. Of a contact that is found, only what was not known of it is filled in (CONTACT_UPDATED).
/// Without key and number nobody can be found: a new contact, which has the name if there is one.
///
/// # Errors
/// Refusals at `["contactExternalId"]`, `["contactPhone"]` or `["contactEmail"]`: what is wrong with it.
pub(crate) async fn import(tx: &mut Tx, input: &ContactImport) -> Result<contact::Model> {
    let wanted = wanted(tx, input)?;
    if let Some(known) = known(tx, &wanted).await? {
        return fill_in(tx, known, &wanted).await;
    }
    if insert::try_insert(tx, &wanted).await? {
        tx.record(event::created(&wanted)?);
        return Ok(wanted);
    }
    match known(tx, &wanted).await? {
        Some(known) => fill_in(tx, known, &wanted).await,
        None => Err(just_changed()),
    }
}

fn wanted(tx: &Tx, input: &ContactImport) -> Result<contact::Model> {
    let name = cleaned_name(input.name.as_deref().unwrap_or_default());
    let mut refusals = Vec::new();
    let mut kept = |checked: Option<std::result::Result<String, Refusal>>| {
        checked.transpose().unwrap_or_else(|refusal| {
            refusals.push(refusal);
            None
        })
    };
    let (external_id, phone, email) = (&input.external_id, &input.phone, &input.email);
    let at = "contactExternalId";
    let external_id = kept(external_id.as_ref().map(|key| text::EXTERNAL_ID.check(key, &[at])));
    let phone = kept(phone.as_ref().map(|phone| phone::normalised(phone, &["contactPhone"])));
    let email = kept(email.as_ref().map(|email| email::checked(email, &["contactEmail"])));
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    let blank = create::blank(tx.actor.account_id, tx.new_id(), tx.now());
    Ok(contact::Model { external_id, phone, email, name_folded: folded(&name), name, ..blank })
}

/// Who has the key or the number. The key is surer: numbers change hands.
async fn known(tx: &Tx, wanted: &contact::Model) -> Result<Option<contact::Model>> {
    let mut others = insert::others(tx, wanted).await?;
    others.sort_by_key(|other| other.external_id.is_none() || other.external_id != wanted.external_id);
    Ok(others.into_iter().next())
}

/// Adds what was not known; what is known stays, and so does what another contact has.
async fn fill_in(tx: &mut Tx, known: contact::Model, wanted: &contact::Model) -> Result<contact::Model> {
    if !lacks(&known, wanted) {
        return Ok(known);
    }
    let before = find::locked(tx, Some(known.id), "id").await?;
    if before.is_erased {
        return Err(just_changed());
    }
    let others = insert::others(tx, wanted).await?;
    let is_free = others.iter().all(|other| other.id == before.id);
    let mut after = before.clone();
    if after.name.is_empty() {
        (after.name, after.name_folded) = (wanted.name.clone(), wanted.name_folded.clone());
    }
    after.email = after.email.or_else(|| wanted.email.clone());
    if is_free {
        after.external_id = after.external_id.or_else(|| wanted.external_id.clone());
        after.phone = after.phone.or_else(|| wanted.phone.clone());
    }
    if after == before {
        return Ok(before);
    }
    after.version += 1;
    after.updated_at = tx.now();
    update::write(tx, &after).await?;
    tx.record(event::updated(&before, &after)?);
    Ok(after)
}

fn lacks(known: &contact::Model, wanted: &contact::Model) -> bool {
    let lacks = |known: &Option<String>, wanted: &Option<String>| known.is_none() && wanted.is_some();
    lacks(&known.external_id, &wanted.external_id)
        || lacks(&known.phone, &wanted.phone)
        || lacks(&known.email, &wanted.email)
        || (known.name.is_empty() && !wanted.name.is_empty())
}

fn just_changed() -> Error {
    let message = "the contact with it is just being changed: try again";
    Error::refused(RefusalCode::Taken, &["contactExternalId"], message)
}
