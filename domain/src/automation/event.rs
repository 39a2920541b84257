//! What the log says of automations. Their secrets are no part of it.

use serde_json::{Value as Json, json};
use sportello_entity::{automation, value::EventType};

use super::{Step, steps, trigger};
use crate::{
    Result,
    account::{at_changed, between},
    store::NewEvent,
};

/// AUTOMATION_CHANGED.
pub(super) fn told(before: Option<&automation::Model>, after: &automation::Model) -> Result<NewEvent> {
    let (before_json, after_json) = (before.map(of).transpose()?, of(after)?);
    let fields = ["name", "isEnabled", "trigger", "steps", "isDeleted"];
    let (read_before, read_after) = (before.map(readable).transpose()?, readable(after)?);
    let changes = between(read_before.as_ref(), &read_after, &fields);
    Ok(at_changed(EventType::AutomationChanged, after.id.0, before_json.as_ref(), after_json, changes))
}

fn of(automation: &automation::Model) -> Result<Json> {
    let automation::Model {
        id,
        account_id: _,
        name,
        is_enabled,
        trigger_kind: _,
        trigger: _,
        steps: _,
        phrase: _,
        hook_secret_hash: _,
        created_at,
        updated_at,
        deleted_at,
        version,
    } = automation;
    Ok(json!({
        "id": id,
        "name": name,
        "isEnabled": is_enabled,
        "trigger": trigger(automation)?,
        "steps": steps(automation)?,
        "createdAt": created_at,
        "updatedAt": updated_at,
        "isDeleted": deleted_at.is_some(),
        "version": version,
    }))
}

/// The same as a person reads it: the trigger's kind with what it says, and the kinds of the steps.
fn readable(automation: &automation::Model) -> Result<Json> {
    let steps = steps(automation)?;
    Ok(json!({
        "name": automation.name,
        "isEnabled": automation.is_enabled,
        "trigger": automation.trigger,
        "steps": steps.iter().map(described).collect::<Result<Vec<_>>>()?,
        "isDeleted": automation.deleted_at.map(|_| true),
    }))
}

fn described(step: &Step) -> Result<String> {
    Ok(format!("{} {}", step.field(), serde_json::to_string(step)?))
}
