//! What an automation would do, tried out in a transaction that is taken back.

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::Value as Json;
use sportello_entity::{AutomationId, ContactId, TicketId, automation, contact as contacts, ticket};

use super::{
    Step, Trigger, check, find,
    matching::{Candidate, Said, moves},
    perform::{Outcome, perform},
    plan::{ReadWhere, enabled, holds},
    scope::{Scope, Trouble},
    steps, trigger,
};
use crate::{
    Actor, Error, Permission, RefusalCode, Result, Who,
    contact::{self, FieldInput, Fields, fields},
    dynamic_field,
    store::{Store, Tx},
    ticket::{Names, TicketSnapshot},
};

/// What is to be tried out, on whom.
#[derive(Clone, Debug)]
pub struct PreviewAutomation {
    /// An automation that is there. Trigger and steps go before its own.
    pub automation_id: Option<AutomationId>,
    /// What would set it off.
    pub trigger: Option<Trigger>,
    /// What it would do.
    pub steps: Option<Vec<Step>>,
    /// About whom; None: somebody of whom nothing is known.
    pub contact_id: Option<ContactId>,
    /// About which ticket.
    pub ticket_id: Option<TicketId>,
    /// What they would say, or the payload of the button that they would press.
    pub text: Option<String>,
    /// What a call would bring along.
    pub fields: Vec<FieldInput>,
}

/// What would happen.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Whether it would be set off.
    pub would_run: bool,
    /// Why, or why not.
    pub reason: String,
    /// The steps as they would go, each though an earlier one failed.
    pub steps: Vec<PreviewedStep>,
    /// The dynamic fields that have no value, each once.
    pub missing_fields: Vec<String>,
}

/// A step as it would go.
#[derive(Clone, Debug)]
pub struct PreviewedStep {
    /// What would be done.
    pub step: Step,
    /// Its texts, filled in.
    pub rendered: Option<Json>,
    /// Why it would fail.
    pub error: Option<String>,
}

/// Tries the automation out: the steps are done as they would be, and everything is taken back. Nothing is changed, nothing
/// is sent, nothing is told.
///
/// # Errors
/// FORBIDDEN; NOT_FOUND for what is named and not there; BAD_REQUEST for what could not be saved either.
pub async fn preview(
    store: &Store,
    actor: &Actor,
    input: PreviewAutomation,
    read_where: ReadWhere,
) -> Result<Preview> {
    actor.require(Permission::ReadSettings)?;
    actor.require(Permission::ReadContacts)?;
    actor.require(Permission::ReadTickets)?;
    let who = Who::Automation(input.automation_id.unwrap_or_else(|| store.new_id()));
    let mut tx = store.begin(&Actor { account_id: actor.account_id, who }).await?;
    let tried = Tried::find(&mut tx, &input).await.map_err(at_top)?;
    let (mut missing, brought) = tried.brought(&tx, &input).await?;
    let (would_run, reason) = tried.verdict(&tx, &input, &missing, read_where).await?;
    let scope = Scope { contact: Some(tried.contact), ticket: tried.ticket, brought };
    let steps = try_steps(&mut tx, scope, tried.steps, &mut missing).await?;
    Ok(Preview { would_run, reason, steps, missing_fields: missing })
}

/// A refusal of what a preview is asked: what is named and not there is NOT_FOUND.
fn at_top(error: Error) -> Error {
    let Error::Refused(refusals) = error else { return error };
    match refusals.into_iter().next() {
        Some(refusal) if refusal.code == RefusalCode::NotFound => Error::NotFound(refusal.message),
        Some(refusal) => {
            let path = std::iter::once("input".to_owned()).chain(refusal.path).collect();
            Error::BadRequest { message: refusal.message, path }
        }
        None => Error::Internal("a refusal without a reason".to_owned()),
    }
}

/// What is tried out, found.
struct Tried {
    automation: Option<automation::Model>,
    trigger: Trigger,
    steps: Vec<Step>,
    contact: contacts::Model,
    ticket: Option<TicketSnapshot>,
}

impl Tried {
    async fn find(tx: &mut Tx, input: &PreviewAutomation) -> Result<Self> {
        let automation = match input.automation_id {
            Some(id) => Some(find::locked(tx, Some(id)).await?),
            None => None,
        };
        let known = check::Known::read(tx).await?;
        let required = |field: &str| {
            let message = "give an automationId, or a trigger and steps";
            Error::refused(RefusalCode::Required, &[field], message)
        };
        let trigger = match (&input.trigger, &automation) {
            (Some(given), _) => check::trigger(given.clone(), &known).map_err(Error::Refused)?,
            (None, Some(automation)) => trigger(automation)?,
            (None, None) => return Err(required("trigger")),
        };
        let steps = match (&input.steps, &automation) {
            (Some(given), _) => check::steps(given.clone(), &known).map_err(Error::Refused)?,
            (None, Some(automation)) => steps(automation)?,
            (None, None) => return Err(required("steps")),
        };
        let ticket = match input.ticket_id {
            Some(id) => Some(ticket_of(tx, id).await?),
            None => None,
        };
        let contact = match input.contact_id.or(ticket.as_ref().map(|ticket| ticket.contact_id)) {
            Some(id) => contact::known(tx, id, "contactId").await?,
            None => nobody(tx).await?,
        };
        Ok(Self { automation, trigger, steps, contact, ticket })
    }

    /// What a call would bring, and what it would lack.
    async fn brought(&self, tx: &Tx, input: &PreviewAutomation) -> Result<(Vec<String>, Fields)> {
        let known = dynamic_field::known_codes(tx, true).await?;
        let brought = fields::merged(Fields::new(), &input.fields, &known);
        let brought = brought.map_err(|wrong| at_top(Error::Refused(wrong)))?;
        let missing = match &self.trigger {
            Trigger::ApiCall { fields } => {
                fields.iter().filter(|code| !brought.contains_key(*code)).cloned().collect()
            }
            _ => Vec::new(),
        };
        Ok((missing, brought))
    }

    /// Whether it would be set off, and why.
    async fn verdict(
        &self,
        tx: &Tx,
        input: &PreviewAutomation,
        missing: &[String],
        read_where: ReadWhere,
    ) -> Result<(bool, String)> {
        let no = |reason: &str| Ok((false, reason.to_owned()));
        if self.automation.as_ref().is_some_and(|automation| !automation.is_enabled) {
            return no("the automation is disabled");
        }
        let is_said = matches!(self.trigger, Trigger::MessageReceived { .. } | Trigger::ButtonPressed { .. });
        if is_said && self.contact.is_blocked {
            return no("the contact is blocked: nothing that they write sets anything off");
        }
        match &self.trigger {
            Trigger::ApiCall { .. } if missing.is_empty() => {
                Ok((true, "a call brings all that is needed".to_owned()))
            }
            Trigger::ApiCall { .. } => Ok((false, format!("a call must bring {}", missing.join(", ")))),
            Trigger::MessageReceived { .. } => self.said(tx, input.text.as_deref()).await,
            Trigger::ButtonPressed { payload, .. } => match input.text.as_deref().map(str::trim) {
                Some(text) if text == payload => Ok((true, "the button carries this payload".to_owned())),
                Some(_) => Ok((false, format!("it waits for a button that carries {payload}"))),
                None => no("give the payload of the button as text"),
            },
            Trigger::TicketOpened { .. } | Trigger::TicketStatusChanged { .. } => {
                self.changed(tx, read_where).await
            }
        }
    }

    /// Whether a message sets it off, with the account's other automations beside it.
    async fn said(&self, tx: &Tx, text: Option<&str>) -> Result<(bool, String)> {
        let Some(text) = text else { return Ok((false, "give the message as text".to_owned())) };
        let own = self.automation.as_ref().map(|automation| automation.id);
        let mut candidates = enabled(tx, &["MESSAGE_RECEIVED"], tx.now()).await?;
        candidates.retain(|other| Some(other.automation.id) != own);
        let said = Said::text(text);
        let own = Candidate { automation: self.stand_in(tx)?, trigger: self.trigger.clone() };
        let id = own.automation.id;
        let is_match = !said.choose(std::slice::from_ref(&own)).is_empty();
        candidates.push(own);
        let is_chosen = said.choose(&candidates).iter().any(|chosen| chosen.automation.id == id);
        Ok(match (is_match, is_chosen) {
            (false, _) => (false, "the message does not match".to_owned()),
            (true, true) => (true, "the message matches".to_owned()),
            (true, false) => (false, "another automation has this exact phrase, which goes first".to_owned()),
        })
    }

    /// The automation's row, or one that is not saved yet.
    fn stand_in(&self, tx: &Tx) -> Result<automation::Model> {
        if let Some(automation) = &self.automation {
            return Ok(automation.clone());
        }
        Ok(automation::Model {
            id: tx.new_id(),
            account_id: tx.actor.account_id,
            name: String::new(),
            is_enabled: true,
            trigger_kind: self.trigger.kind().to_owned(),
            trigger: serde_json::to_string(&self.trigger)?,
            steps: serde_json::to_string(&self.steps)?,
            phrase: None,
            hook_secret_hash: None,
            created_at: tx.now(),
            updated_at: tx.now(),
            deleted_at: None,
            version: 1,
        })
    }

    /// Whether the ticket as it is now is one that would set it off, had it just become so.
    async fn changed(&self, tx: &Tx, read_where: ReadWhere) -> Result<(bool, String)> {
        let Some(ticket) = &self.ticket else { return Ok((false, "give a ticket".to_owned())) };
        let arrives = match &self.trigger {
            Trigger::TicketStatusChanged { to_status_id, to_macro_status, .. } => {
                let anywhere = Trigger::TicketStatusChanged {
                    from_status_id: None,
                    from_macro_status: None,
                    to_status_id: *to_status_id,
                    to_macro_status: *to_macro_status,
                    r#where: None,
                };
                moves(&anywhere, ticket, ticket)
            }
            _ => true,
        };
        if !arrives {
            return Ok((false, "the ticket does not have the status that it waits for".to_owned()));
        }
        if !holds(tx, read_where, &self.trigger, ticket, tx.now()).await? {
            return Ok((false, "the ticket does not match the condition".to_owned()));
        }
        Ok((true, "the ticket matches".to_owned()))
    }
}

/// Somebody of whom nothing is known but that they can be written to.
async fn nobody(tx: &Tx) -> Result<contacts::Model> {
    let id: ContactId = tx.new_id();
    let blank = contact::blank(tx.actor.account_id, id, tx.now());
    let row = contacts::Model { whatsapp_user_id: Some(id.to_string()), ..blank };
    Ok(row.into_active_model().insert(tx.db()).await?)
}

async fn ticket_of(tx: &Tx, id: TicketId) -> Result<TicketSnapshot> {
    let found = ticket::Entity::find_by_id(id)
        .filter(ticket::Column::AccountId.eq(tx.actor.account_id))
        .filter(ticket::Column::DeletedAt.is_null());
    let missing = || Error::NotFound("there is no such ticket".to_owned());
    let row = found.one(tx.db()).await?.ok_or_else(missing)?;
    let key = Names::status_key(tx, row.status_id).await?;
    Ok(TicketSnapshot::of(row, key))
}

async fn try_steps(
    tx: &mut Tx,
    mut scope: Scope,
    steps: Vec<Step>,
    missing: &mut Vec<String>,
) -> Result<Vec<PreviewedStep>> {
    let mut previewed = Vec::with_capacity(steps.len());
    for step in steps {
        let mut outcome = Outcome::default();
        let error = match perform(tx, &mut scope, &step, &mut outcome).await {
            Ok(()) => None,
            Err(Trouble::Refused(reason)) => Some(reason),
            Err(Trouble::Missing(codes)) => {
                let reason = format!("there is nothing to fill in for {}", codes.join(", "));
                outcome.missing.extend(codes);
                Some(reason)
            }
            Err(Trouble::Fault(fault)) => return Err(fault),
        };
        for code in outcome.missing {
            if !missing.contains(&code) {
                missing.push(code);
            }
        }
        previewed.push(PreviewedStep { step, rendered: outcome.rendered, error });
    }
    Ok(previewed)
}
