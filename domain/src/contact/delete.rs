//! Erasing a contact: the person goes, a nameless contact and its tickets stay.

use sportello_entity::{ContactId, contact};

use super::{create, erase, event, find, update};
use crate::{Actor, Permission, Result, automation, message, search, store::Store};

/// Erases the person, also from the log: CONTACT_DELETED. Erased already: nothing happens. None: a text that is no id.
///
/// # Errors
/// FORBIDDEN; NOT_FOUND as a refusal.
pub async fn delete(store: &Store, actor: &Actor, id: Option<ContactId>) -> Result<contact::Model> {
    actor.require(Permission::WorkContacts)?;
    let mut tx = store.begin(actor).await?;
    if let Some(id) = id {
        automation::erase(&tx, id).await?;
    }
    let before = find::locked(&tx, id, "id").await?;
    if before.is_erased {
        return Ok(before);
    }
    let after = erased(&before, tx.now());
    update::write(&mut tx, &after).await?;
    search::forget_contact(&mut tx, before.id);
    let messages = message::erase(&mut tx, before.id).await?;
    erase::from_log(&tx, &before, &messages).await?;
    tx.record(event::deleted(&before, &after)?);
    tx.commit().await?;
    store.log().forget(after.account_id);
    Ok(after)
}

fn erased(before: &contact::Model, now: sportello_entity::Timestamp) -> contact::Model {
    contact::Model {
        is_blocked: before.is_blocked,
        is_erased: true,
        created_at: before.created_at,
        version: before.version + 1,
        ..create::blank(before.account_id, before.id, now)
    }
}
