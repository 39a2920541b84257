//! What the log says of messages.

use sea_orm::ActiveEnum;
use serde_json::Value as Json;
use sportello_entity::{
    message,
    value::{EventType, MessageStatus},
};

use super::MessageSnapshot;
use crate::{FieldChange, Result, account::at_changed, store::NewEvent};

/// MESSAGE_RECEIVED or MESSAGE_SENT: a message that is new.
pub(super) fn new(r#type: EventType, message: &message::Model) -> Result<NewEvent> {
    Ok(at_changed(r#type, message.id.0, None, json(message)?, Vec::new()))
}

/// MESSAGE_STATUS_CHANGED.
pub(super) fn moved(before: &message::Model, after: &message::Model) -> Result<NewEvent> {
    let name = |status: MessageStatus| Some(status.to_value());
    let changes = FieldChange::between("status", name(before.status), name(after.status));
    let (before, after_json) = (json(before)?, json(after)?);
    let changes = changes.into_iter().collect();
    Ok(at_changed(EventType::MessageStatusChanged, after.id.0, Some(&before), after_json, changes))
}

fn json(message: &message::Model) -> Result<Json> {
    Ok(serde_json::to_value(MessageSnapshot::from(message.clone()))?)
}
