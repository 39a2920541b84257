//! Planning: an event becomes a run of each automation that it sets off, in the transaction that moves the follower.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde_json::{Value as Json, json};
use sportello_entity::{
    ContactId, EventId, Timestamp, automation, automation_run, automation_step_run, contact, ticket_category,
    value::{AutomationRunStatus, EventType, StepStatus},
};

use super::{
    Trigger, find,
    matching::{Candidate, Said, moves},
    steps,
};
use crate::{
    Result,
    contact::Fields,
    filter::{Related, TicketFilter},
    log::{Event, Follower},
    store::Tx,
    ticket::TicketSnapshot,
};

/// The deepest run that still does something.
const DEEPEST: i32 = 8;

/// Reads a trigger's `where`, in the shape of the contract's `TicketWhere`, as it is meant at that moment.
pub type ReadWhere = fn(&Json, &crate::Actor, Timestamp) -> Result<TicketFilter>;

/// Plans the runs that events call for.
pub struct AutomationPlanner {
    read_where: ReadWhere,
}

impl AutomationPlanner {
    /// A planner that reads conditions this way.
    pub fn new(read_where: ReadWhere) -> Self {
        Self { read_where }
    }
}

#[async_trait]
impl Follower for AutomationPlanner {
    async fn plan(&self, tx: &mut Tx, events: &[Arc<Event>]) -> Result<()> {
        for event in events {
            self.plan_event(tx, event).await?;
        }
        Ok(())
    }
}

impl AutomationPlanner {
    async fn plan_event(&self, tx: &mut Tx, event: &Event) -> Result<()> {
        match event.r#type {
            EventType::TicketOpened if !event.is_import() => {
                self.plan_ticket(tx, event, "TICKET_OPENED").await
            }
            EventType::TicketStatusChanged => self.plan_ticket(tx, event, "TICKET_STATUS_CHANGED").await,
            EventType::MessageReceived => plan_message(tx, event).await,
            _ => Ok(()),
        }
    }

    async fn plan_ticket(&self, tx: &mut Tx, event: &Event, kind: &str) -> Result<()> {
        let candidates = enabled(tx, &[kind], event.occurred_at).await?;
        let (after, before) = (event.ticket()?, event.ticket_before()?);
        for candidate in candidates {
            let is_awaited = match before {
                Some(before) => moves(&candidate.trigger, before, after),
                None => matches!(candidate.trigger, Trigger::TicketOpened { .. }),
            };
            if is_awaited && holds(tx, self.read_where, &candidate.trigger, after, event.occurred_at).await? {
                let trigger = json!({
                    "type": kind,
                    "eventId": event.id,
                    "ticketId": after.id,
                    "reference": after.reference,
                    "status": after.status_key,
                    "statusBefore": before.map(|before| &before.status_key),
                });
                let cause = Cause {
                    event_id: Some(event.id),
                    contact_id: Some(after.contact_id),
                    ticket: Some(after.as_ref()),
                    trigger,
                    fields: Fields::new(),
                    depth: depth_after(tx, event).await?,
                };
                begin(tx, &candidate.automation, cause).await?;
            }
        }
        Ok(())
    }
}

/// Whether the ticket is one that the trigger's `where` takes. Times relative to now count from `at`; texts of what the
/// ticket points at are read as they are.
pub(super) async fn holds(
    tx: &Tx,
    read_where: ReadWhere,
    trigger: &Trigger,
    ticket: &TicketSnapshot,
    at: Timestamp,
) -> Result<bool> {
    let (Trigger::TicketOpened { r#where } | Trigger::TicketStatusChanged { r#where, .. }) = trigger else {
        return Ok(true);
    };
    let Some(given) = r#where else { return Ok(true) };
    let filter = read_where(given, &tx.actor, at)?;
    if filter.require_live().is_ok() {
        return Ok(filter.matches(ticket, &Related::default()));
    }
    let contact = contact::Entity::find_by_id(ticket.contact_id).one(tx.db()).await?;
    let category = match ticket.category_id {
        Some(id) => ticket_category::Entity::find_by_id(id).one(tx.db()).await?,
        None => None,
    };
    let category_name = category.as_ref().map(|category| category.name.as_str());
    Ok(filter.matches(ticket, &Related { contact: contact.as_ref(), category_name }))
}

/// A message of a contact that was blocked sets nothing off.
async fn plan_message(tx: &mut Tx, event: &Event) -> Result<()> {
    let message = event.message()?;
    if message.is_muted {
        return Ok(());
    }
    let candidates = enabled(tx, &["MESSAGE_RECEIVED", "BUTTON_PRESSED"], event.occurred_at).await?;
    for candidate in Said::of(&message).choose(&candidates) {
        let cause = Cause {
            event_id: Some(event.id),
            contact_id: Some(message.contact_id),
            ticket: None,
            trigger: json!({
                "type": candidate.trigger.kind(),
                "eventId": event.id,
                "messageId": message.id,
                "text": message.body,
                "buttonPayload": message.button_payload,
            }),
            fields: Fields::new(),
            depth: depth_after(tx, event).await?,
        };
        begin(tx, &candidate.automation, cause).await?;
    }
    Ok(())
}

/// The account's enabled automations with such triggers that were there at that moment, by creation.
pub(super) async fn enabled(tx: &Tx, kinds: &[&str], at: Timestamp) -> Result<Vec<Candidate>> {
    let found = find::of_account(tx.actor.account_id)
        .filter(automation::Column::TriggerKind.is_in(kinds.iter().copied()))
        .filter(automation::Column::IsEnabled.eq(true))
        .filter(automation::Column::CreatedAt.lte(at))
        .order_by_asc(automation::Column::Id);
    found.all(tx.db()).await?.into_iter().map(Candidate::of).collect()
}

/// How deep a run lies that this event sets off.
async fn depth_after(tx: &Tx, event: &Event) -> Result<i32> {
    let Some(id) = event.automation_run_id else { return Ok(1) };
    let run = automation_run::Entity::find_by_id(id).one(tx.db()).await?;
    Ok(run.map_or(1, |run| run.depth + 1))
}

/// What sets a run off.
pub(super) struct Cause<'a> {
    pub(super) event_id: Option<EventId>,
    pub(super) contact_id: Option<ContactId>,
    pub(super) ticket: Option<&'a TicketSnapshot>,
    pub(super) trigger: Json,
    pub(super) fields: Fields,
    pub(super) depth: i32,
}

/// Writes the run with its steps, as the automation has them now. A run that lies too deep is there to say so.
pub(super) async fn begin(
    tx: &mut Tx,
    automation: &automation::Model,
    cause: Cause<'_>,
) -> Result<automation_run::Model> {
    let is_cut = cause.depth > DEEPEST;
    let error = is_cut.then(|| {
        format!("a loop was cut: this run was set off by the last of {DEEPEST} runs that set each other off")
    });
    let run = automation_run::Model {
        id: tx.new_id(),
        account_id: tx.actor.account_id,
        automation_id: automation.id,
        event_id: cause.event_id,
        contact_id: cause.contact_id,
        ticket_id: cause.ticket.map(|ticket| ticket.id),
        trigger: cause.trigger.to_string(),
        fields: serde_json::to_string(&cause.fields)?,
        ticket: cause.ticket.map(serde_json::to_string).transpose()?,
        status: if is_cut { AutomationRunStatus::Aborted } else { AutomationRunStatus::Running },
        depth: cause.depth,
        error,
        attempts: 0,
        due_at: (!is_cut).then_some(tx.now()),
        started_at: tx.now(),
        finished_at: is_cut.then_some(tx.now()),
        changed_at: tx.now(),
        revision: 1,
    };
    automation_run::Entity::insert(run.clone().into_active_model()).exec_without_returning(tx.db()).await?;
    let steps = steps(automation)?;
    let rows = steps.iter().zip(0_i32..).map(|(step, position)| planned(&run, step, position));
    let rows = rows.collect::<Result<Vec<_>>>()?;
    if !rows.is_empty() {
        automation_step_run::Entity::insert_many(rows).exec_without_returning(tx.db()).await?;
    }
    tx.tell_run(run.id);
    Ok(run)
}

fn planned(
    run: &automation_run::Model,
    step: &super::Step,
    position: i32,
) -> Result<automation_step_run::ActiveModel> {
    let is_cut = run.error.is_some();
    let row = automation_step_run::Model {
        run_id: run.id,
        position,
        account_id: run.account_id,
        step: serde_json::to_string(step)?,
        status: if is_cut { StepStatus::Skipped } else { StepStatus::Pending },
        rendered: None,
        error: run.error.clone(),
        ticket_id: None,
        message_id: None,
        started_at: None,
        finished_at: None,
    };
    Ok(row.into_active_model())
}
