//! A run as clients see it.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use serde_json::Value as Json;
use sportello_domain::{Actor, Error, Permission, automation as domain};
use sportello_entity::{
    AutomationRunId, MessageId, TicketId, automation_run, automation_step_run,
    value::{self, StepStatus as Status},
};

use super::{step::AutomationStep, types::Automation};
use crate::graphql::{
    contact::Contact, context::actor, error::to_graphql, message::Message, neighbours::Neighbours,
    scalars::DateTime, ticket::Ticket,
};

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "value::AutomationRunStatus")]
pub enum AutomationRunStatus {
    /// Its steps are being done.
    Running,
    /// A step waits for time to pass.
    Waiting,
    /// All steps were done.
    Succeeded,
    /// A step failed, and those after it were skipped. automationRunRetry goes on from there.
    Failed,
    /// A loop was cut: runs had set each other off eight deep. No step was done.
    Aborted,
}

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "value::StepStatus")]
pub enum StepStatus {
    /// It is still to be done.
    Pending,
    /// It waits for time to pass.
    Waiting,
    /// It was done.
    Succeeded,
    /// It could not be done.
    Failed,
    /// It was not done, since an earlier one failed.
    Skipped,
}

/// One time that an automation was set off, and what came of it.
#[derive(Clone)]
pub struct AutomationRun {
    row: Arc<automation_run::Model>,
    neighbours: Arc<Neighbours>,
}

impl AutomationRun {
    /// The run of this row, pointing at these.
    pub fn new(row: automation_run::Model, neighbours: Arc<Neighbours>) -> Self {
        Self { row: Arc::new(row), neighbours }
    }

    /// The run of this row, pointing at what is there now.
    pub fn now(row: automation_run::Model) -> Self {
        let neighbours = Neighbours::of_runs(std::slice::from_ref(&row));
        Self::new(row, neighbours)
    }

    /// The run of that id.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read settings.
    pub async fn find(
        ctx: &Context<'_>,
        neighbours: &Neighbours,
        id: AutomationRunId,
    ) -> Result<Option<Self>> {
        Ok(neighbours.run(ctx, id).await?.map(Self::now))
    }

    /// The run that did something, for those who may read runs.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn behind(
        ctx: &Context<'_>,
        neighbours: &Neighbours,
        id: Option<AutomationRunId>,
    ) -> Result<Option<Self>> {
        match id {
            Some(id) if actor(ctx)?.may(Permission::ReadSettings) => Self::find(ctx, neighbours, id).await,
            _ => Ok(None),
        }
    }
}

/// What was said and brought along is for those who read contacts and messages.
fn reads_texts(asker: &Actor) -> bool {
    asker.may(Permission::ReadContacts) && asker.may(Permission::ReadMessages)
}

fn parsed(text: &str) -> Result<Json> {
    serde_json::from_str(text).map_err(|error| to_graphql(Error::from(error)))
}

/// One time that an automation was set off, and what came of it.
#[Object]
impl AutomationRun {
    /// Names the run everywhere.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// What ran.
    async fn automation(&self, ctx: &Context<'_>) -> Result<Automation> {
        let found = Automation::find(ctx, &self.neighbours, self.row.automation_id).await?;
        found.ok_or_else(|| to_graphql(Error::Internal("a run's automation is gone".to_owned())))
    }

    /// Whose matter it is; null for who may not read contacts.
    async fn contact(&self, ctx: &Context<'_>) -> Option<Result<Contact>> {
        let id = self.row.contact_id?;
        let asker = match actor(ctx) {
            Ok(asker) => asker,
            Err(error) => return Some(Err(error)),
        };
        let permissions = [Permission::ReadContacts, Permission::ReadTickets, Permission::ReadMessages];
        if !permissions.into_iter().any(|permission| asker.may(permission)) {
            return None;
        }
        Contact::find(ctx, &self.neighbours, id).await.transpose()
    }

    /// The ticket that it opened, or that set it off, or that it changed, unless that is deleted; null for who may not read
    /// tickets.
    async fn ticket(&self, ctx: &Context<'_>) -> Option<Result<Ticket>> {
        ticket(ctx, &self.neighbours, self.row.ticket_id?).await.transpose()
    }

    /// What set it off, as received: `type`, and the message, the ticket's event or the body of the call. For who may not
    /// read contacts and messages only the type.
    async fn trigger(&self, ctx: &Context<'_>) -> Result<Json> {
        let mut trigger = parsed(&self.row.trigger)?;
        if !reads_texts(actor(ctx)?)
            && let Some(members) = trigger.as_object_mut()
        {
            members.retain(|name, _| name == "type");
        }
        Ok(trigger)
    }

    /// How far it has come.
    async fn status(&self) -> AutomationRunStatus {
        self.row.status.into()
    }

    /// Why it failed or was aborted.
    async fn error(&self) -> Option<&str> {
        self.row.error.as_deref()
    }

    /// Its steps, in order.
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<AutomationStepRun>> {
        let rows = self.neighbours.steps(ctx, self.row.id).await?;
        rows.into_iter().map(|row| AutomationStepRun::of(row, self.neighbours.clone())).collect()
    }

    /// 1, or one more than the run that set it off; the ninth is ABORTED.
    async fn depth(&self) -> i32 {
        self.row.depth
    }

    /// When it was set off.
    async fn started_at(&self) -> DateTime {
        self.row.started_at.into()
    }

    /// When it ended; null while it is under way.
    async fn finished_at(&self) -> Option<DateTime> {
        self.row.finished_at.map(DateTime::from)
    }
}

async fn ticket(ctx: &Context<'_>, neighbours: &Arc<Neighbours>, id: TicketId) -> Result<Option<Ticket>> {
    if !actor(ctx)?.may(Permission::ReadTickets) {
        return Ok(None);
    }
    let found = neighbours.ticket(ctx, id).await?;
    Ok(found.map(|state| Ticket::new(state, neighbours.clone())))
}

/// One step of a run, or of a preview.
pub struct AutomationStepRun {
    position: i32,
    step: domain::Step,
    status: Status,
    rendered: Option<Json>,
    error: Option<String>,
    ticket_id: Option<TicketId>,
    message_id: Option<MessageId>,
    times: (Option<DateTime>, Option<DateTime>),
    neighbours: Arc<Neighbours>,
}

impl AutomationStepRun {
    fn of(row: automation_step_run::Model, neighbours: Arc<Neighbours>) -> Result<Self> {
        let step = serde_json::from_str(&row.step).map_err(|error| to_graphql(Error::from(error)))?;
        Ok(Self {
            position: row.position,
            step,
            status: row.status,
            rendered: row.rendered.as_deref().map(parsed).transpose()?,
            error: row.error,
            ticket_id: row.ticket_id,
            message_id: row.message_id,
            times: (row.started_at.map(DateTime), row.finished_at.map(DateTime)),
            neighbours,
        })
    }

    /// A step that is only tried out.
    pub(super) fn previewed(position: i32, step: domain::PreviewedStep, neighbours: Arc<Neighbours>) -> Self {
        let domain::PreviewedStep { step, rendered, error } = step;
        Self {
            position,
            step,
            status: if error.is_some() { Status::Failed } else { Status::Pending },
            rendered,
            error,
            ticket_id: None,
            message_id: None,
            times: (None, None),
            neighbours,
        }
    }
}

/// One step of a run, or of a preview.
#[Object]
impl AutomationStepRun {
    /// 0 for the first.
    async fn position(&self) -> i32 {
        self.position
    }

    /// What is to be done: as the automation had it when the run was set off.
    async fn step(&self) -> AutomationStep {
        AutomationStep::new(self.step.clone(), self.neighbours.clone())
    }

    /// How far it has come.
    async fn status(&self) -> StepStatus {
        self.status.into()
    }

    /// Its texts, filled in; null as long as they are not, and for who may not read contacts and messages.
    async fn rendered(&self, ctx: &Context<'_>) -> Option<Json> {
        self.rendered.clone().filter(|_| actor(ctx).is_ok_and(reads_texts))
    }

    /// Why it failed, or why it was not done.
    async fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// When it was begun.
    async fn started_at(&self) -> Option<DateTime> {
        self.times.0
    }

    /// When it ended.
    async fn finished_at(&self) -> Option<DateTime> {
        self.times.1
    }

    /// The ticket that it opened or changed, unless that is deleted; null for who may not read tickets.
    async fn ticket(&self, ctx: &Context<'_>) -> Option<Result<Ticket>> {
        ticket(ctx, &self.neighbours, self.ticket_id?).await.transpose()
    }

    /// The message that it wrote; null for who may not read messages.
    async fn message(&self, ctx: &Context<'_>) -> Option<Result<Message>> {
        let id = self.message_id?;
        match actor(ctx) {
            Ok(asker) if asker.may(Permission::ReadMessages) => Message::find(ctx, id).await.transpose(),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }
}
