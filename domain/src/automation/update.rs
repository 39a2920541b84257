//! Changing an automation.

use sportello_entity::{AutomationId, automation};

use super::{
    AutomationWritten, Step, Trigger, check,
    create::{PHRASE, hook_secret, refuse_taken, refused_if_taken},
    event, find, trigger,
};
use crate::{
    Actor, Change, Error, Permission, Refusal, RefusalCode, RefusalDetail, Result,
    digest::digest,
    log::changes_since,
    store::{Store, Tx},
    text,
};

/// What is to change of which automation.
#[derive(Clone, Debug)]
pub struct AutomationUpdate {
    /// Which; None: a text that is no automation's id.
    pub id: Option<AutomationId>,
    /// The version that the client thinks is current.
    pub expected_version: Option<i32>,
    /// What people call it; cannot be taken away.
    pub name: Change<String>,
    /// What sets it off; cannot be taken away.
    pub trigger: Change<Trigger>,
    /// What it does then; cannot be taken away.
    pub steps: Change<Vec<Step>>,
    /// Whether anything sets it off; cannot be taken away.
    pub is_enabled: Change<bool>,
}

/// Changes an automation: AUTOMATION_CHANGED, or nothing when nothing is different. One that calls set off from now on
/// gets its secret; one that they set off before keeps it.
///
/// # Errors
/// FORBIDDEN; refusals: NOT_FOUND, VERSION_CONFLICT, PHRASE_TAKEN, and what is wrong with the input.
pub async fn update(store: &Store, actor: &Actor, input: AutomationUpdate) -> Result<AutomationWritten> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let before = find::locked(&tx, input.id).await?;
    refuse_conflict(&tx, &before, input.expected_version).await?;
    // The phrase's place: where it is given, or what brings it back.
    let path = if input.trigger.is_keep() { &["isEnabled"] } else { PHRASE };
    let (after, hook_secret) = changed(&tx, &before, input).await?;
    if after.phrase != before.phrase {
        refuse_taken(&tx, &after, path).await?;
    }
    let automation = write(&mut tx, &before, after, path).await?;
    tx.commit().await?;
    Ok(AutomationWritten { automation, hook_secret })
}

async fn changed(
    tx: &Tx,
    before: &automation::Model,
    input: AutomationUpdate,
) -> Result<(automation::Model, Option<String>)> {
    let known = check::Known::read(tx).await?;
    let (mut after, mut refusals) = (before.clone(), Vec::new());
    match input.name.required(before.name.clone(), "name").and_then(|name| text::NAME.check(&name, &["name"]))
    {
        Ok(name) => after.name = name,
        Err(refusal) => refusals.push(refusal),
    }
    match input.is_enabled.required(before.is_enabled, "isEnabled") {
        Ok(is_enabled) => after.is_enabled = is_enabled,
        Err(refusal) => refusals.push(refusal),
    }
    let given = match input.trigger {
        Change::Keep => Ok(trigger(before)?),
        Change::Clear => Err(vec![Refusal::null("trigger")]),
        Change::Set(given) => check::trigger(given, &known),
    };
    match input.steps {
        Change::Keep => {}
        Change::Clear => refusals.push(Refusal::null("steps")),
        Change::Set(steps) => match check::steps(steps, &known) {
            Ok(steps) => after.steps = serde_json::to_string(&steps)?,
            Err(wrong) => refusals.extend(wrong),
        },
    }
    let secret = match given {
        Ok(trigger) => set_trigger(tx, &mut after, &trigger)?,
        Err(wrong) => {
            refusals.extend(wrong);
            None
        }
    };
    if refusals.is_empty() { Ok((after, secret)) } else { Err(Error::Refused(refusals)) }
}

/// Sets what follows from the trigger; a new secret, if one was needed.
fn set_trigger(tx: &Tx, after: &mut automation::Model, trigger: &Trigger) -> Result<Option<String>> {
    after.trigger_kind = trigger.kind().to_owned();
    after.trigger = serde_json::to_string(trigger)?;
    after.phrase = trigger.phrase().filter(|_| after.is_enabled);
    let is_called = matches!(trigger, Trigger::ApiCall { .. });
    if is_called && after.hook_secret_hash.is_some() {
        return Ok(None);
    }
    let secret = hook_secret(tx, trigger);
    after.hook_secret_hash = secret.as_deref().map(digest);
    Ok(secret)
}

/// Writes what is different, with its event.
pub(super) async fn write(
    tx: &mut Tx,
    before: &automation::Model,
    mut after: automation::Model,
    path: &[&str],
) -> Result<automation::Model> {
    if after == *before {
        return Ok(after);
    }
    after.version += 1;
    after.updated_at = tx.now();
    let written = tx.write_difference(before, &after).await;
    written.map_err(|error| refused_if_taken(error, path))?;
    tx.record(event::told(Some(before), &after)?);
    Ok(after)
}

async fn refuse_conflict(tx: &Tx, automation: &automation::Model, expected: Option<i32>) -> Result<()> {
    let Some(expected) = expected.filter(|expected| *expected != automation.version) else { return Ok(()) };
    let message =
        format!("the automation is at version {}, not {expected}: look at it again", automation.version);
    let mut refusal = Refusal::new(RefusalCode::VersionConflict, &["expectedVersion"], message);
    refusal.detail = RefusalDetail::VersionConflict {
        id: automation.id.0,
        expected,
        current: automation.version,
        changes: changes_since(tx, automation.id.0, expected, None).await?,
    };
    Err(refusal.into())
}
