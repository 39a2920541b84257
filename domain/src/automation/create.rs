//! Making an automation.

use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, SqlErr,
    sea_query::OnConflict,
};
use sportello_entity::{AutomationId, automation};

use super::{Step, Trigger, check, event, find};
use crate::{
    Actor, Error, Permission, Refusal, RefusalCode, Result,
    digest::digest,
    store::{Store, Tx},
    text,
};

/// The most automations of an account.
const LIMIT: u64 = 500;

/// What an automation is made of.
#[derive(Clone, Debug)]
pub struct AutomationCreate {
    /// What people call it.
    pub name: String,
    /// What sets it off.
    pub trigger: Trigger,
    /// What it does then, in order.
    pub steps: Vec<Step>,
    /// Whether anything sets it off yet.
    pub is_enabled: bool,
}

/// What came of making or changing an automation.
#[derive(Clone, Debug)]
pub struct AutomationWritten {
    /// The automation right after.
    pub automation: automation::Model,
    /// The secret that calls from outside carry, where it was made anew: shown this once.
    pub hook_secret: Option<String>,
}

/// Makes an automation: AUTOMATION_CHANGED.
///
/// # Errors
/// FORBIDDEN; refusals for each mistake at its place, PHRASE_TAKEN, LIMIT_REACHED.
pub async fn create(store: &Store, actor: &Actor, input: AutomationCreate) -> Result<AutomationWritten> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let (row, hook_secret) = build(&tx, input).await?;
    if find::of_account(actor.account_id).count(tx.db()).await? >= LIMIT {
        let message = format!("an account can have {LIMIT} automations");
        return Err(Error::refused(RefusalCode::LimitReached, &["name"], message));
    }
    refuse_taken(&tx, &row, PHRASE).await?;
    let nothing = OnConflict::new().do_nothing().to_owned();
    let insert = automation::Entity::insert(row.clone().into_active_model()).on_conflict(nothing);
    if insert.exec_without_returning(tx.db()).await? == 0 {
        return Err(taken(PHRASE).into());
    }
    tx.record(event::told(None, &row)?);
    tx.commit().await?;
    Ok(AutomationWritten { automation: row, hook_secret })
}

async fn build(tx: &Tx, input: AutomationCreate) -> Result<(automation::Model, Option<String>)> {
    let known = check::Known::read(tx).await?;
    let name = text::NAME.check(&input.name, &["name"]).map_err(|refusal| vec![refusal]);
    let trigger = check::trigger(input.trigger, &known);
    let steps = check::steps(input.steps, &known);
    let (name, trigger, steps) = match (name, trigger, steps) {
        (Ok(name), Ok(trigger), Ok(steps)) => (name, trigger, steps),
        (name, trigger, steps) => {
            let refusals = [name.err(), trigger.err(), steps.err()];
            return Err(Error::Refused(refusals.into_iter().flatten().flatten().collect()));
        }
    };
    let hook_secret = hook_secret(tx, &trigger);
    let row = automation::Model {
        id: tx.new_id(),
        account_id: tx.actor.account_id,
        name,
        is_enabled: input.is_enabled,
        trigger_kind: trigger.kind().to_owned(),
        trigger: serde_json::to_string(&trigger)?,
        steps: serde_json::to_string(&steps)?,
        phrase: trigger.phrase().filter(|_| input.is_enabled),
        hook_secret_hash: hook_secret.as_deref().map(digest),
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
        version: 1,
    };
    Ok((row, hook_secret))
}

/// A secret for calls from outside, where calls set it off.
pub(super) fn hook_secret(tx: &Tx, trigger: &Trigger) -> Option<String> {
    matches!(trigger, Trigger::ApiCall { .. }).then(|| tx.secret())
}

/// Where a phrase stands in the input.
pub(super) const PHRASE: &[&str] = &["trigger", "messageReceived", "text"];

/// PHRASE_TAKEN at `path` when another enabled automation has the phrase.
pub(super) async fn refuse_taken(tx: &Tx, automation: &automation::Model, path: &[&str]) -> Result<()> {
    let Some(phrase) = &automation.phrase else { return Ok(()) };
    let other = find::of_account(tx.actor.account_id)
        .filter(automation::Column::Phrase.eq(phrase.as_str()))
        .filter(automation::Column::Id.ne::<AutomationId>(automation.id));
    match other.one(tx.db()).await? {
        None => Ok(()),
        Some(_) => Err(taken(path).into()),
    }
}

fn taken(path: &[&str]) -> Refusal {
    let message = "another enabled automation has this exact phrase: change one of them, or disable it";
    Refusal::new(RefusalCode::PhraseTaken, path, message)
}

/// The database's word that another was quicker with the phrase, as a refusal; other errors as they are.
pub(super) fn refused_if_taken(error: DbErr, path: &[&str]) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => taken(path).into(),
        _ => error.into(),
    }
}
