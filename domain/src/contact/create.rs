//! Making a contact.

use serde::Serialize;
use serde_json::json;
use sportello_entity::{AccountId, ContactId, Timestamp, contact};

use super::{ContactChanges, ContactWritten, changes, event, find, insert};
use crate::{Actor, Error, Permission, Result, change::Change, dynamic_field, store::Store};

/// What a contact is made of.
#[derive(Clone, Debug, Serialize)]
pub struct ContactCreate {
    /// All of it; a name is required.
    pub contact: ContactChanges,
    /// Makes a repetition harmless.
    pub idempotency_key: Option<String>,
}

/// Makes a contact: CONTACT_CREATED.
///
/// # Errors
/// FORBIDDEN; refusals: what is wrong with the input, TAKEN (with the contact that has the externalId).
pub async fn create(store: &Store, actor: &Actor, input: ContactCreate) -> Result<ContactWritten> {
    actor.require(Permission::WorkContacts)?;
    let mut tx = store.begin(actor).await?;
    if let Some(known) = tx.recall("contactCreate", input.idempotency_key.as_deref(), &input).await? {
        return find::replayed(&tx, known).await;
    }
    let empty = blank(actor.account_id, tx.new_id(), tx.now());
    let known = dynamic_field::known_codes(&tx, !input.contact.fields.is_keep()).await?;
    let name = match input.contact.name {
        Change::Keep => Change::Clear,
        ref given => given.clone(),
    };
    let wanted = ContactChanges { name, ..input.contact };
    let contact = insert::folded(&changes::applied(&empty, &wanted, &known).map_err(Error::Refused)?);
    if !insert::try_insert(&mut tx, &contact).await? {
        return Err(Error::Refused(insert::collisions(&tx, &contact).await?));
    }
    tx.record(event::created(&contact)?);
    tx.remember(json!({ "id": contact.id }));
    tx.commit().await?;
    Ok(ContactWritten { contact, is_replay: false })
}

/// A contact of whom nothing is known.
pub(crate) fn blank(account_id: AccountId, id: ContactId, now: Timestamp) -> contact::Model {
    contact::Model {
        id,
        account_id,
        name: String::new(),
        name_folded: String::new(),
        phone: None,
        email: None,
        email_folded: None,
        locale: None,
        external_id: None,
        whatsapp_user_id: None,
        fields: "{}".to_owned(),
        is_blocked: false,
        is_erased: false,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}
