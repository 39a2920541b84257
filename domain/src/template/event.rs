//! What the log says of templates.

use serde_json::{Value as Json, json};
use sportello_entity::{message_template, value::EventType};

use super::{TemplateButton, buttons};
use crate::{
    Result,
    account::{at_changed, between},
    store::NewEvent,
};

/// TEMPLATE_CHANGED.
pub(super) fn told(
    before: Option<&message_template::Model>,
    after: &message_template::Model,
) -> Result<NewEvent> {
    let (before, after_json) = (before.map(of).transpose()?, of(after)?);
    let fields = ["name", "language", "body", "buttons", "isArchived"];
    let (read_before, read_after) = (before.as_ref().map(readable), readable(&after_json));
    let changes = between(read_before.as_ref(), &read_after, &fields);
    Ok(at_changed(EventType::TemplateChanged, after.id.0, before.as_ref(), after_json, changes))
}

fn of(template: &message_template::Model) -> Result<Json> {
    let message_template::Model {
        id,
        account_id: _,
        name,
        language,
        body,
        buttons: _,
        is_archived,
        created_at,
        version,
    } = template;
    Ok(json!({
        "id": id,
        "name": name,
        "language": language,
        "body": body,
        "buttons": buttons(template)?,
        "isArchived": is_archived,
        "createdAt": created_at,
        "version": version,
    }))
}

/// The buttons as a person reads them.
fn readable(snapshot: &Json) -> Json {
    let mut readable = snapshot.clone();
    let buttons: Vec<TemplateButton> =
        serde_json::from_value(snapshot["buttons"].clone()).unwrap_or_default();
    let texts = buttons.iter().map(|TemplateButton { text, payload }| format!("{text} ({payload})"));
    readable["buttons"] = json!(texts.collect::<Vec<_>>());
    readable
}
