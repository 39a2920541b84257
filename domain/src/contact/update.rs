//! Changing a contact.

use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde::Serialize;
use serde_json::json;
use sportello_entity::{ContactId, contact};

use super::{ContactChanges, changes, event, find, insert};
use crate::{
    Actor, Error, Permission, Refusal, RefusalCode, RefusalDetail, Result, dynamic_field,
    log::changes_since,
    search,
    store::{Store, Tx},
};

/// What is to change of which contact.
#[derive(Clone, Debug, Serialize)]
pub struct ContactUpdate {
    /// Which; None: a text that is no contact's id.
    pub id: Option<ContactId>,
    /// The version that the client thinks is current.
    pub expected_version: Option<i32>,
    /// What is to change.
    pub changes: ContactChanges,
    /// Makes a repetition harmless.
    pub idempotency_key: Option<String>,
}

/// What came of making or changing a contact.
#[derive(Clone, Debug)]
pub struct ContactWritten {
    /// The contact as it is now.
    pub contact: contact::Model,
    /// Whether it had been done before, under the same idempotency key.
    pub is_replay: bool,
}

/// Changes a contact: CONTACT_UPDATED, or nothing when nothing is different.
///
/// # Errors
/// FORBIDDEN; refusals: NOT_FOUND, IMMUTABLE for an erased one, VERSION_CONFLICT, TAKEN, and what is wrong.
pub async fn update(store: &Store, actor: &Actor, input: ContactUpdate) -> Result<ContactWritten> {
    actor.require(Permission::WorkContacts)?;
    let mut tx = store.begin(actor).await?;
    if let Some(known) = tx.recall("contactUpdate", input.idempotency_key.as_deref(), &input).await? {
        return find::replayed(&tx, known).await;
    }
    let before = find::locked(&tx, input.id, "id").await?;
    if before.is_erased {
        return Err(Error::refused(RefusalCode::Immutable, &["id"], "this contact was erased for good"));
    }
    refuse_conflict(&tx, &before, input.expected_version).await?;
    let known = dynamic_field::known_codes(&tx, !input.changes.fields.is_keep()).await?;
    let mut contact = changes::applied(&before, &input.changes, &known).map_err(Error::Refused)?;
    if contact != before {
        contact.version += 1;
        contact.updated_at = tx.now();
        insert::refuse_collisions(&tx, &contact).await?;
        write(&mut tx, &contact).await?;
        tx.record(event::updated(&before, &contact)?);
    }
    tx.remember(json!({ "id": contact.id }));
    tx.commit().await?;
    Ok(ContactWritten { contact, is_replay: false })
}

/// Writes every column of the row, and what the contact's tickets are found by.
pub(super) async fn write(tx: &mut Tx, contact: &contact::Model) -> Result<()> {
    let row = insert::folded(contact).into_active_model().reset_all();
    row.update(tx.db()).await.map_err(insert::refused_if_taken)?;
    search::index_contact(tx, contact);
    Ok(())
}

async fn refuse_conflict(tx: &Tx, contact: &contact::Model, expected: Option<i32>) -> Result<()> {
    let Some(expected) = expected.filter(|expected| *expected != contact.version) else { return Ok(()) };
    let message = format!("the contact is at version {}, not {expected}: look at it again", contact.version);
    let mut refusal = Refusal::new(RefusalCode::VersionConflict, &["expectedVersion"], message);
    refusal.detail = RefusalDetail::VersionConflict {
        id: contact.id.0,
        expected,
        current: contact.version,
        changes: changes_since(tx, contact.id.0, expected, None).await?,
    };
    Err(refusal.into())
}
