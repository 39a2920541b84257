//! What the log says of contacts.

use serde_json::Value as Json;
use sportello_entity::{contact, value::EventType};

use super::{ContactSnapshot, changes};
use crate::{FieldChange, Result, account::at_changed, store::NewEvent};

/// CONTACT_CREATED.
pub(super) fn created(contact: &contact::Model) -> Result<NewEvent> {
    Ok(at_changed(EventType::ContactCreated, contact.id.0, None, json(contact)?, Vec::new()))
}

/// CONTACT_UPDATED.
pub(super) fn updated(before: &contact::Model, after: &contact::Model) -> Result<NewEvent> {
    let changes = changes::between(before, after)?;
    Ok(at_changed(EventType::ContactUpdated, after.id.0, Some(&json(before)?), json(after)?, changes))
}

/// CONTACT_DELETED. It tells nothing of who the person was.
pub(super) fn deleted(before: &contact::Model, after: &contact::Model) -> Result<NewEvent> {
    let erased = FieldChange::between("isErased", Some("false".to_owned()), Some("true".to_owned()));
    let nameless = contact::Model {
        is_erased: before.is_erased,
        updated_at: before.updated_at,
        version: before.version,
        ..after.clone()
    };
    let changes = erased.into_iter().collect();
    Ok(at_changed(EventType::ContactDeleted, after.id.0, Some(&json(&nameless)?), json(after)?, changes))
}

fn json(contact: &contact::Model) -> Result<Json> {
    Ok(serde_json::to_value(ContactSnapshot::of(contact)?)?)
}
