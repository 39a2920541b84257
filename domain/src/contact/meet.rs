//! The contact that somebody from outside is: known, or new.

use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType};
use sportello_entity::contact;

use super::{create, event, find, insert, update};
use crate::{Error, Result, store::Tx, text};

/// What is known of somebody who writes or calls.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// E.164.
    pub phone: Option<String>,
    /// WhatsApp's id of them: of those who hide their number the only thing.
    pub whats_app_user_id: Option<String>,
    /// The integrator's own key.
    pub external_id: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// What they call themselves, as it came.
    pub name: Option<String>,
}

/// The contact, its row locked until the transaction ends. An unknown one becomes a contact (CONTACT_CREATED), and one
/// only, also when many messages come at once; a known one learns what it lacked of name, number and id
/// (CONTACT_UPDATED).
///
/// # Errors
/// What the database answers.
pub async fn meet(tx: &mut Tx, caller: Caller) -> Result<contact::Model> {
    let caller = Caller { name: caller.name.map(|name| text::cleaned_name(&name)), ..caller };
    if let Some(known) = known(tx, &caller).await? {
        return learn(tx, known, &caller).await;
    }
    let mut new = create::blank(tx.actor.account_id, tx.new_id(), tx.now());
    fill(&mut new, &caller);
    if insert::try_insert(tx, &new).await? {
        tx.record(event::created(&new)?);
        return Ok(new);
    }
    let other = known(tx, &caller).await?;
    other.ok_or_else(|| Error::Internal("a contact vanished while it was met: try again".to_owned()))
}

/// By WhatsApp's id before the number: numbers change hands.
pub(super) async fn known(tx: &Tx, caller: &Caller) -> Result<Option<contact::Model>> {
    let by_id = caller.whats_app_user_id.clone().map(|id| contact::Column::WhatsappUserId.eq(id));
    let by_phone = caller.phone.clone().map(|phone| contact::Column::Phone.eq(phone));
    let by_key = caller.external_id.clone().map(|key| contact::Column::ExternalId.eq(key));
    if by_id.is_none() && by_phone.is_none() && by_key.is_none() {
        return Err(Error::Internal("somebody came without a number, an id and a key".to_owned()));
    }
    let any = by_id.into_iter().chain(by_phone).chain(by_key).fold(Condition::any(), Condition::add);
    let found = find::of_account(tx.actor.account_id).filter(any).order_by_asc(contact::Column::Id);
    let mut found = found.lock(LockType::NoKeyUpdate).all(tx.db()).await?;
    let is_by_id = |contact: &contact::Model| {
        contact.whatsapp_user_id.is_some() && contact.whatsapp_user_id == caller.whats_app_user_id
    };
    let place = found.iter().position(is_by_id).or((!found.is_empty()).then_some(0));
    Ok(place.map(|place| found.swap_remove(place)))
}

async fn learn(tx: &mut Tx, before: contact::Model, caller: &Caller) -> Result<contact::Model> {
    let mut after = before.clone();
    fill(&mut after, caller);
    if !insert::others(tx, &after).await?.is_empty() {
        after.phone.clone_from(&before.phone);
        after.whatsapp_user_id.clone_from(&before.whatsapp_user_id);
        after.external_id.clone_from(&before.external_id);
    }
    if after != before {
        after.version += 1;
        after.updated_at = tx.now();
        update::write(tx, &after).await?;
        tx.record(event::updated(&before, &after)?);
    }
    Ok(after)
}

/// Fills in what is missing. What an operator wrote stays.
fn fill(contact: &mut contact::Model, caller: &Caller) {
    if contact.name.is_empty()
        && let Some(name) = &caller.name
    {
        contact.name.clone_from(name);
        contact.name_folded = text::folded(name);
    }
    contact.email = contact.email.take().or_else(|| caller.email.clone());
    contact.external_id = contact.external_id.take().or_else(|| caller.external_id.clone());
    contact.phone = contact.phone.take().or_else(|| caller.phone.clone());
    contact.whatsapp_user_id = contact.whatsapp_user_id.take().or_else(|| caller.whats_app_user_id.clone());
}
