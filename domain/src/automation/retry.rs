//! Going on with a run that failed, from the step that did.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set, sea_query::LockType,
};
use serde::Serialize;
use serde_json::json;
use sportello_entity::{
    AutomationRunId, automation_run, automation_step_run,
    value::{AutomationRunStatus, StepStatus},
};

use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    store::{Store, Tx},
};

/// Which run is to go on.
#[derive(Clone, Debug, Serialize)]
pub struct RunRetry {
    /// Which; None: a text that is no run's id.
    pub id: Option<AutomationRunId>,
    /// Makes a repetition harmless.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What came of a change of a run.
#[derive(Clone, Debug)]
pub struct RunWritten {
    /// The run right after.
    pub run: automation_run::Model,
}

/// Lets the run go on: the failed step is tried again, then those that were skipped. What was done stays done.
///
/// # Errors
/// FORBIDDEN; refusals at `["id"]`: NOT_FOUND, INVALID for a run that has not failed.
pub async fn retry(store: &Store, actor: &Actor, input: RunRetry) -> Result<RunWritten> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let known = tx.recall("automationRunRetry", input.idempotency_key.as_deref(), &input).await?;
    let run = locked(&tx, input.id).await?;
    if known.is_some() {
        return Ok(RunWritten { run });
    }
    if run.status != AutomationRunStatus::Failed {
        let message = "only a run that failed can be tried again";
        return Err(Error::refused(RefusalCode::Invalid, &["id"], message));
    }
    let run = set_going(&mut tx, run).await?;
    tx.remember(json!({ "run": run.id }));
    tx.commit().await?;
    Ok(RunWritten { run })
}

async fn locked(tx: &Tx, id: Option<AutomationRunId>) -> Result<automation_run::Model> {
    let missing = || Error::refused(RefusalCode::NotFound, &["id"], "there is no such run");
    let found = automation_run::Entity::find_by_id(id.ok_or_else(missing)?)
        .filter(automation_run::Column::AccountId.eq(tx.actor.account_id))
        .lock(LockType::Update);
    found.one(tx.db()).await?.ok_or_else(missing)
}

async fn set_going(tx: &mut Tx, run: automation_run::Model) -> Result<automation_run::Model> {
    let again = automation_step_run::ActiveModel {
        status: Set(StepStatus::Pending),
        error: Set(None),
        rendered: Set(None),
        started_at: Set(None),
        finished_at: Set(None),
        ..Default::default()
    };
    automation_step_run::Entity::update_many()
        .set(again)
        .filter(automation_step_run::Column::RunId.eq(run.id))
        .filter(automation_step_run::Column::Status.is_in([StepStatus::Failed, StepStatus::Skipped]))
        .exec(tx.db())
        .await?;
    let going = automation_run::ActiveModel {
        id: Set(run.id),
        status: Set(AutomationRunStatus::Running),
        error: Set(None),
        attempts: Set(0),
        due_at: Set(Some(tx.now())),
        finished_at: Set(None),
        changed_at: Set(tx.now()),
        revision: Set(run.revision + 1),
        ..Default::default()
    };
    let run = going.update(tx.db()).await?;
    tx.write_without_event();
    tx.tell_run(run.id);
    Ok(run)
}
