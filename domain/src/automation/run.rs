//! Runs under way: each step's effect and what came of it are one transaction, so that no step is done twice, though a
//! process dies at any point and several nodes work.

use futures_util::{StreamExt, stream};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{LockBehavior, LockType},
};
use sportello_entity::{
    AccountId, AutomationId, AutomationRunId, automation, automation_run, automation_step_run, contact,
    value::{AutomationRunStatus, StepStatus},
};

use super::{
    Step,
    perform::{Outcome, perform},
    scope::{Attempt, Scope, Trouble},
};
use crate::{
    Actor, Error, Result, Who,
    contact::fields,
    store::{Store, Tx},
    ticket::TicketSnapshot,
};

/// How many runs are looked at in one go, and how many of them are worked on at the same time.
const BATCH: u64 = 100;
const AT_ONCE: usize = 4;
/// After so many faults of ours in a row a step has failed. The pauses grow by this much.
const MOST_ATTEMPTS: i32 = 5;
const PAUSE_SECONDS: i64 = 2;

/// A run whose next step is due.
#[derive(Clone, Copy, Debug)]
struct Due {
    id: AutomationRunId,
    account_id: AccountId,
    automation_id: AutomationId,
}

/// Runs that are due at $1.
pub(crate) const DUE: &str = "FROM automation_run WHERE due_at <= $1 ORDER BY due_at";

/// Goes on with every run that is due, as far as it goes; says how many there were. Several processes may do so at once. One
/// that meets a fault is told to the log of the process and holds up no other.
///
/// # Errors
/// What the database answers to the question which runs there are.
pub async fn run_due(store: &Store) -> Result<usize> {
    use automation_run::Column;
    let due = automation_run::Entity::find()
        .select_only()
        .columns([Column::Id, Column::AccountId, Column::AutomationId])
        .filter(Column::DueAt.lte(store.now()))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(BATCH);
    let due: Vec<(AutomationRunId, AccountId, AutomationId)> = due.into_tuple().all(store.reader()).await?;
    let count = due.len();
    stream::iter(due)
        .for_each_concurrent(AT_ONCE, |(id, account_id, automation_id)| async move {
            if let Err(error) = go_on(store, Due { id, account_id, automation_id }).await {
                tracing::error!(run.id = %id, %error, "a run of an automation could not go on: it will be tried again");
            }
        })
        .await;
    Ok(count)
}

async fn go_on(store: &Store, due: Due) -> Result<()> {
    while step(store, due).await? {}
    Ok(())
}

/// One step; false when nothing more is due, or when another process is at it.
async fn step(store: &Store, due: Due) -> Result<bool> {
    let (mut tx, Some(mut claimed)) = claim(store, due).await? else { return Ok(false) };
    let mut outcome = Outcome::default();
    let tried = claimed.attempt(&mut tx, &mut outcome).await;
    match tried {
        Ok(()) => {
            let is_due = claimed.save(&mut tx).await?;
            tx.commit().await?;
            Ok(is_due)
        }
        Err(trouble) => {
            // Nothing of a step that failed stays but that it did.
            drop(tx);
            claimed.give_up(store, due, outcome, trouble).await
        }
    }
}

async fn claim(store: &Store, due: Due) -> Result<(Tx, Option<Claimed>)> {
    let actor = Actor { account_id: due.account_id, who: Who::Automation(due.automation_id) };
    let mut tx = store.begin(&actor).await?;
    tx.acting_in(due.id);
    let run = automation_run::Entity::find_by_id(due.id)
        .filter(automation_run::Column::DueAt.lte(tx.now()))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    let Some(run) = run.one(tx.db()).await? else { return Ok((tx, None)) };
    let steps = automation_step_run::Entity::find()
        .filter(automation_step_run::Column::RunId.eq(run.id))
        .order_by_asc(automation_step_run::Column::Position);
    let steps = steps.all(tx.db()).await?;
    let automation = automation::Entity::find_by_id(run.automation_id).one(tx.db()).await?;
    let automation = automation.ok_or_else(|| Error::Internal("a run's automation is gone".to_owned()))?;
    let claimed = Claimed { place: next(&steps), changed: Vec::new(), run, steps, automation };
    Ok((tx, Some(claimed)))
}

fn next(steps: &[automation_step_run::Model]) -> Option<usize> {
    steps.iter().position(|step| matches!(step.status, StepStatus::Pending | StepStatus::Waiting))
}

/// A run that nobody else works on until the transaction ends.
struct Claimed {
    run: automation_run::Model,
    steps: Vec<automation_step_run::Model>,
    automation: automation::Model,
    /// Which step is next.
    place: Option<usize>,
    /// The steps to write.
    changed: Vec<usize>,
}

impl Claimed {
    /// Does the next step, or begins or ends its wait.
    async fn attempt(&mut self, tx: &mut Tx, outcome: &mut Outcome) -> Attempt<()> {
        let Some(place) = self.place else { return Ok(()) };
        self.refuse_stopped()?;
        let step: Step = serde_json::from_str(&self.steps[place].step).map_err(Error::from)?;
        if let (Step::Wait { seconds }, StepStatus::Pending) = (&step, self.steps[place].status) {
            self.steps[place].status = StepStatus::Waiting;
            self.steps[place].started_at = Some(tx.now());
            self.run.due_at = Some(tx.now().plus_seconds(i64::from(*seconds)));
            self.changed.push(place);
            return Ok(());
        }
        let mut scope = self.scope(tx).await?;
        perform(tx, &mut scope, &step, outcome).await?;
        self.run.ticket_id = scope.ticket.as_ref().map(|ticket| ticket.id);
        self.run.ticket =
            scope.ticket.as_ref().map(serde_json::to_string).transpose().map_err(Error::from)?;
        self.end(tx, place, StepStatus::Succeeded, None, std::mem::take(outcome));
        self.place = next(&self.steps);
        Ok(())
    }

    /// Who disables or deletes an automation wants it to stop.
    fn refuse_stopped(&self) -> Attempt<()> {
        let refuse = |how: &str| Err(Trouble::Refused(format!("the automation was {how} before this step")));
        match (self.automation.deleted_at, self.automation.is_enabled) {
            (Some(_), _) => refuse("deleted"),
            (None, false) => refuse("disabled"),
            (None, true) => Ok(()),
        }
    }

    async fn scope(&self, tx: &Tx) -> Result<Scope> {
        let contact = match self.run.contact_id {
            Some(id) => contact::Entity::find_by_id(id).one(tx.db()).await?,
            None => None,
        };
        let ticket = self.run.ticket.as_deref().map(serde_json::from_str::<TicketSnapshot>).transpose()?;
        Ok(Scope { contact, ticket, brought: fields::parse(&self.run.fields)? })
    }

    fn end(&mut self, tx: &Tx, place: usize, status: StepStatus, error: Option<String>, outcome: Outcome) {
        let step = &mut self.steps[place];
        step.status = status;
        step.error = error;
        step.rendered = outcome.rendered.map(|rendered| rendered.to_string());
        step.ticket_id = outcome.ticket_id;
        step.message_id = outcome.message_id;
        step.started_at = step.started_at.or(Some(tx.now()));
        step.finished_at = Some(tx.now());
        self.changed.push(place);
    }

    /// Writes how far it came; true when the next step is due at once.
    async fn save(mut self, tx: &mut Tx) -> Result<bool> {
        self.run.attempts = 0;
        let is_waiting = self.place.is_some_and(|place| self.steps[place].status == StepStatus::Waiting);
        self.run.status = match self.place {
            Some(_) if is_waiting => AutomationRunStatus::Waiting,
            Some(_) => AutomationRunStatus::Running,
            None => AutomationRunStatus::Succeeded,
        };
        if self.place.is_none() {
            self.run.due_at = None;
            self.run.finished_at = Some(tx.now());
        } else if !is_waiting {
            self.run.due_at = Some(tx.now());
        }
        let is_due = self.place.is_some() && !is_waiting;
        self.write(tx).await?;
        Ok(is_due)
    }

    async fn write(mut self, tx: &mut Tx) -> Result<()> {
        for place in self.changed {
            let step = self.steps[place].clone().into_active_model().reset_all();
            step.update(tx.db()).await?;
        }
        self.run.changed_at = tx.now();
        self.run.revision += 1;
        let id = self.run.id;
        self.run.into_active_model().reset_all().update(tx.db()).await?;
        tx.tell_run(id);
        Ok(())
    }

    /// Writes that the step failed, unless it changed meanwhile; after a fault of ours it is tried again for a while.
    async fn give_up(self, store: &Store, due: Due, outcome: Outcome, trouble: Trouble) -> Result<bool> {
        let tried = self.place.map(|place| self.steps[place].step.clone());
        let (mut tx, Some(mut claimed)) = claim(store, due).await? else { return Ok(false) };
        let Some(place) = claimed.place else { return Ok(true) };
        if tried.as_ref() != Some(&claimed.steps[place].step) {
            return Ok(true);
        }
        let reason = match trouble {
            Trouble::Missing(codes) => format!("there is nothing to fill in for {}", codes.join(", ")),
            Trouble::Refused(reason) => reason,
            Trouble::Fault(error) => {
                tracing::error!(run.id = %due.id, %error, "a step of an automation met a fault of ours");
                claimed.run.attempts += 1;
                if claimed.run.attempts < MOST_ATTEMPTS {
                    let pause = PAUSE_SECONDS * i64::from(claimed.run.attempts);
                    claimed.run.due_at = Some(tx.now().plus_seconds(pause));
                    claimed.write(&mut tx).await?;
                    tx.commit().await?;
                    return Ok(false);
                }
                "something went wrong on our side; the server's log says more".to_owned()
            }
        };
        claimed.fail(&tx, place, reason, outcome);
        claimed.write(&mut tx).await?;
        tx.commit().await?;
        Ok(false)
    }

    /// The step failed, those after it are skipped, and the run has ended.
    fn fail(&mut self, tx: &Tx, place: usize, reason: String, outcome: Outcome) {
        let Outcome { rendered, .. } = outcome;
        let outcome = Outcome { rendered, ..Outcome::default() };
        self.end(tx, place, StepStatus::Failed, Some(reason.clone()), outcome);
        for later in place + 1..self.steps.len() {
            self.steps[later].status = StepStatus::Skipped;
            self.changed.push(later);
        }
        self.run.status = AutomationRunStatus::Failed;
        self.run.error = Some(reason);
        self.run.due_at = None;
        self.run.finished_at = Some(tx.now());
    }
}
