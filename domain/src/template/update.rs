//! Changing and archiving a template.

use std::collections::BTreeSet;

use sportello_entity::{TemplateId, message_template};

use super::{TemplateButton, check, event, find};
use crate::{
    Actor, Change, Error, Permission, Refusal, RefusalCode, RefusalDetail, Result, dynamic_field,
    log::changes_since,
    store::{Store, Tx},
};

/// What is to change of which template.
#[derive(Clone, Debug)]
pub struct TemplateUpdate {
    /// Which; None: a text that is no template's id.
    pub id: Option<TemplateId>,
    /// The version that the client thinks is current.
    pub expected_version: Option<i32>,
    /// The text; cannot be taken away.
    pub body: Change<String>,
    /// What can be pressed; cleared: nothing.
    pub buttons: Change<Vec<TemplateButton>>,
    /// Whether it is offered no more; cannot be taken away.
    pub is_archived: Change<bool>,
}

/// Changes a template: TEMPLATE_CHANGED, or nothing when nothing is different.
///
/// # Errors
/// FORBIDDEN; refusals: NOT_FOUND, VERSION_CONFLICT, UNKNOWN_DYNAMIC_FIELD, and what is wrong with the input.
pub async fn update(store: &Store, actor: &Actor, input: TemplateUpdate) -> Result<message_template::Model> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let before = find::locked(&tx, input.id).await?;
    refuse_conflict(&tx, &before, input.expected_version).await?;
    let known = dynamic_field::known_placeholders(&tx).await?;
    let mut after = changed(&before, &input, &known)?;
    if after != before {
        after.version += 1;
        tx.write_difference(&before, &after).await?;
        tx.record(event::told(Some(&before), &after)?);
    }
    tx.commit().await?;
    Ok(after)
}

fn changed(
    before: &message_template::Model,
    input: &TemplateUpdate,
    known: &BTreeSet<String>,
) -> Result<message_template::Model> {
    let mut after = before.clone();
    let mut refusals = Vec::new();
    match &input.body {
        Change::Keep => {}
        Change::Clear => refusals.push(Refusal::null("body")),
        Change::Set(body) => match check::body(body, known) {
            Ok(body) => after.body = body,
            Err(wrong) => refusals.extend(wrong),
        },
    }
    let buttons = match &input.buttons {
        Change::Keep => None,
        Change::Clear => Some(Ok(Vec::new())),
        Change::Set(buttons) => Some(check::checked_buttons(buttons)),
    };
    match buttons {
        None => {}
        Some(Ok(buttons)) => after.buttons = serde_json::to_string(&buttons)?,
        Some(Err(wrong)) => refusals.extend(wrong),
    }
    match input.is_archived.clone().required(before.is_archived, "isArchived") {
        Ok(is_archived) => after.is_archived = is_archived,
        Err(refusal) => refusals.push(refusal),
    }
    if refusals.is_empty() { Ok(after) } else { Err(Error::Refused(refusals)) }
}

async fn refuse_conflict(tx: &Tx, template: &message_template::Model, expected: Option<i32>) -> Result<()> {
    let Some(expected) = expected.filter(|expected| *expected != template.version) else { return Ok(()) };
    let message =
        format!("the template is at version {}, not {expected}: look at it again", template.version);
    let mut refusal = Refusal::new(RefusalCode::VersionConflict, &["expectedVersion"], message);
    refusal.detail = RefusalDetail::VersionConflict {
        id: template.id.0,
        expected,
        current: template.version,
        changes: changes_since(tx, template.id.0, expected, None).await?,
    };
    Err(refusal.into())
}
