//! What clients send to change and try automations, and how it becomes a command.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};
use sportello_domain::{
    Actor, Change, Refusal,
    automation::{AutomationCreate, AutomationUpdate, Fallback, PreviewAutomation, RunRetry, Step, Trigger},
};
use sportello_entity::{StatusId, Timestamp};

use super::{conditions, trigger::TextMatch};
use crate::graphql::{
    contact::{ContactFieldInput, values},
    id::{change, named, parse},
    status::MacroStatus,
    ticket::{TicketPriority, TicketWhere},
};

/// What sets an automation off: exactly one of these.
#[derive(OneofObject)]
pub enum AutomationTriggerInput {
    /// A customer writes.
    MessageReceived(MessageReceivedTriggerInput),
    /// A customer presses a button.
    ButtonPressed(ButtonPressedTriggerInput),
    /// A system outside calls.
    ApiCall(ApiCallTriggerInput),
    /// A ticket is opened.
    TicketOpened(TicketOpenedTriggerInput),
    /// A ticket's status changes.
    TicketStatusChanged(TicketStatusChangedTriggerInput),
}

/// A customer writes.
#[derive(InputObject)]
pub struct MessageReceivedTriggerInput {
    /// How the text is compared. Case and surrounding space make no difference.
    r#match: TextMatch,
    /// To what; left out for ANY. An EXACT phrase belongs to one enabled automation: another is PHRASE_TAKEN.
    text: Option<String>,
}

/// A customer presses a button.
#[derive(InputObject)]
pub struct ButtonPressedTriggerInput {
    /// Of this template only; left out: of any.
    template_id: Option<ID>,
    /// What the button carries: 1 to 256 characters.
    payload: String,
}

/// A system outside calls.
#[derive(InputObject)]
pub struct ApiCallTriggerInput {
    /// The codes of the dynamic fields that the call must bring.
    #[graphql(default)]
    fields: Vec<String>,
}

/// A ticket is opened.
#[derive(InputObject)]
pub struct TicketOpenedTriggerInput {
    /// Which tickets; left out: all. Relative times count from the moment of the event.
    r#where: Option<TicketWhere>,
}

/// A ticket's status changes. What is left out makes no difference.
#[derive(InputObject)]
pub struct TicketStatusChangedTriggerInput {
    /// It had this status.
    from_status_id: Option<ID>,
    /// It had a status of this kind.
    from_macro_status: Option<MacroStatus>,
    /// It has this status now.
    to_status_id: Option<ID>,
    /// It has a status of this kind now.
    to_macro_status: Option<MacroStatus>,
    /// Which tickets; left out: all. Relative times count from the moment of the event.
    r#where: Option<TicketWhere>,
}

/// One thing that an automation does: exactly one of these.
#[derive(OneofObject)]
pub enum AutomationStepInput {
    /// Opens a ticket.
    OpenTicket(OpenTicketStepInput),
    /// Changes a ticket.
    UpdateTicket(UpdateTicketStepInput),
    /// Sends a template.
    SendTemplate(SendTemplateStepInput),
    /// Sends a text.
    SendText(SendTextStepInput),
    /// Adds a note.
    AddNote(AddNoteStepInput),
    /// Hands a ticket to somebody.
    AssignTicket(AssignTicketStepInput),
    /// Lets time pass.
    Wait(WaitStepInput),
}

/// Opens a ticket for the contact.
#[derive(InputObject)]
pub struct OpenTicketStepInput {
    /// Its title, with `%%CODE%%`, never `%%TICKET_...%%`: 1 to 200 characters, also when it is filled in.
    title: String,
    /// Its description, to 20,000 characters.
    #[graphql(default)]
    description: String,
    /// Its category's name: made on first use.
    category: Option<String>,
    /// How urgent it is.
    #[graphql(default_with = "TicketPriority::Medium")]
    priority: TicketPriority,
    /// Its status; left out: the account's default.
    status_id: Option<ID>,
}

/// Changes a ticket: at least one of status, priority and category.
#[derive(InputObject)]
pub struct UpdateTicketStepInput {
    /// Which: `%%TICKET_REFERENCE%%` (the ticket that the run opened or was set off by, else the contact's only one in
    /// progress) or a reference.
    #[graphql(default = "%%TICKET_REFERENCE%%")]
    reference: String,
    /// Its new status.
    status_id: Option<ID>,
    /// Its new priority.
    priority: Option<TicketPriority>,
    /// Its new category's name: made on first use.
    category: Option<String>,
}

/// Sends a template to the contact.
#[derive(InputObject)]
pub struct SendTemplateStepInput {
    /// Which.
    template_id: ID,
    /// What its places are filled in with where there is no value.
    #[graphql(default)]
    fallbacks: Vec<ContactFieldInput>,
}

/// Sends a text to the contact, as long as their service window is open.
#[derive(InputObject)]
pub struct SendTextStepInput {
    /// What it says, with `%%CODE%%`: 1 to 4,096 characters. A place that has no value fails the step.
    text: String,
}

/// Adds a note to a ticket.
#[derive(InputObject)]
pub struct AddNoteStepInput {
    /// Which ticket: `%%TICKET_REFERENCE%%` or a reference.
    #[graphql(default = "%%TICKET_REFERENCE%%")]
    reference: String,
    /// What it says, with `%%CODE%%`: 1 to 20,000 characters.
    body: String,
}

/// Hands a ticket to somebody.
#[derive(InputObject)]
pub struct AssignTicketStepInput {
    /// Which ticket: `%%TICKET_REFERENCE%%` or a reference.
    #[graphql(default = "%%TICKET_REFERENCE%%")]
    reference: String,
    /// To whom; left out or null: to nobody.
    assignee_id: Option<ID>,
}

/// Lets time pass before the next step.
#[derive(InputObject)]
pub struct WaitStepInput {
    /// How much, in seconds: 1 to 31,536,000, a year.
    seconds: i32,
}

/// A new automation.
#[derive(InputObject)]
pub struct AutomationCreateInput {
    /// What people call it: 1 to 60 characters.
    name: String,
    /// What sets it off.
    trigger: AutomationTriggerInput,
    /// What it does then, in order: at most 50.
    steps: Vec<AutomationStepInput>,
    /// Whether anything sets it off yet.
    #[graphql(default = true)]
    is_enabled: bool,
}

/// A change of an automation. An absent field keeps its value; none can be null.
#[derive(InputObject)]
pub struct AutomationUpdateInput {
    /// Which automation.
    id: ID,
    /// The version that you saw: another one is VERSION_CONFLICT.
    expected_version: Option<i32>,
    /// What people call it: 1 to 60 characters.
    name: MaybeUndefined<String>,
    /// What sets it off. Where calls do so from now on, hookSecret is shown.
    trigger: MaybeUndefined<AutomationTriggerInput>,
    /// What it does then, in order: at most 50. Runs that are under way keep the steps that they began with.
    steps: MaybeUndefined<Vec<AutomationStepInput>>,
    /// Whether anything sets it off. Runs that are under way when it is disabled stop before their next step.
    is_enabled: MaybeUndefined<bool>,
}

/// Which automation is to go.
#[derive(InputObject)]
pub struct AutomationDeleteInput {
    /// Which automation.
    pub id: ID,
}

/// Whose secret is to be made anew.
#[derive(InputObject)]
pub struct AutomationHookRotateSecretInput {
    /// Which automation.
    pub id: ID,
}

/// Which run is to go on.
#[derive(InputObject)]
pub struct AutomationRunRetryInput {
    /// Which run.
    id: ID,
    /// Makes a repetition of this request harmless: 1 to 255 characters, good for 24 hours.
    idempotency_key: Option<String>,
}

impl From<AutomationRunRetryInput> for RunRetry {
    fn from(AutomationRunRetryInput { id, idempotency_key }: AutomationRunRetryInput) -> Self {
        Self { id: parse(&id), idempotency_key }
    }
}

/// What is to be tried out. Trigger and steps go before those of the automation.
#[derive(InputObject)]
pub struct AutomationPreviewInput {
    /// An automation that is saved.
    automation_id: Option<ID>,
    /// What would set it off.
    trigger: Option<AutomationTriggerInput>,
    /// What it would do.
    steps: Option<Vec<AutomationStepInput>>,
    /// About whom; left out: the ticket's contact, or somebody of whom nothing is known.
    contact_id: Option<ID>,
    /// About which ticket.
    ticket_id: Option<ID>,
    /// What the customer would write, or the payload of the button that they would press.
    text: Option<String>,
    /// What a call would bring along.
    fields: Option<Vec<ContactFieldInput>>,
}

/// What reading an input depends on.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) actor: &'a Actor,
    pub(super) now: Timestamp,
}

impl AutomationTriggerInput {
    fn read(self, reading: Reading<'_>) -> Result<Trigger, Refusal> {
        Ok(match self {
            Self::MessageReceived(MessageReceivedTriggerInput { r#match, text }) => {
                Trigger::MessageReceived { r#match: r#match.into(), text }
            }
            Self::ButtonPressed(ButtonPressedTriggerInput { template_id, payload }) => {
                Trigger::ButtonPressed { template_id: template_id.as_ref().map(named), payload }
            }
            Self::ApiCall(ApiCallTriggerInput { fields }) => Trigger::ApiCall { fields },
            Self::TicketOpened(TicketOpenedTriggerInput { r#where }) => {
                let path = ["trigger", "ticketOpened", "where"];
                Trigger::TicketOpened { r#where: condition(r#where, reading, &path)? }
            }
            Self::TicketStatusChanged(input) => input.read(reading)?,
        })
    }
}

impl TicketStatusChangedTriggerInput {
    fn read(self, reading: Reading<'_>) -> Result<Trigger, Refusal> {
        let Self { from_status_id, from_macro_status, to_status_id, to_macro_status, r#where } = self;
        let path = ["trigger", "ticketStatusChanged", "where"];
        Ok(Trigger::TicketStatusChanged {
            from_status_id: from_status_id.as_ref().map(named::<StatusId>),
            from_macro_status: from_macro_status.map(Into::into),
            to_status_id: to_status_id.as_ref().map(named::<StatusId>),
            to_macro_status: to_macro_status.map(Into::into),
            r#where: condition(r#where, reading, &path)?,
        })
    }
}

fn condition(
    given: Option<TicketWhere>,
    Reading { actor, now }: Reading<'_>,
    path: &[&str],
) -> Result<Option<serde_json::Value>, Refusal> {
    given.map(|given| conditions::checked(&given, actor, now, path)).transpose()
}

impl From<AutomationStepInput> for Step {
    fn from(input: AutomationStepInput) -> Self {
        match input {
            AutomationStepInput::OpenTicket(input) => {
                let OpenTicketStepInput { title, description, category, priority, status_id } = input;
                let status_id = status_id.as_ref().map(named);
                Self::OpenTicket { title, description, category, priority: priority.into(), status_id }
            }
            AutomationStepInput::UpdateTicket(input) => {
                let UpdateTicketStepInput { reference, status_id, priority, category } = input;
                let status_id = status_id.as_ref().map(named);
                Self::UpdateTicket { reference, status_id, priority: priority.map(Into::into), category }
            }
            AutomationStepInput::SendTemplate(SendTemplateStepInput { template_id, fallbacks }) => {
                let fallback = |entry: sportello_domain::contact::FieldInput| Fallback {
                    code: entry.code,
                    value: entry.value.unwrap_or_default(),
                };
                let fallbacks = values(fallbacks).into_iter().map(fallback).collect();
                Self::SendTemplate { template_id: named(&template_id), fallbacks }
            }
            AutomationStepInput::SendText(SendTextStepInput { text }) => Self::SendText { text },
            AutomationStepInput::AddNote(AddNoteStepInput { reference, body }) => {
                Self::AddNote { reference, body }
            }
            AutomationStepInput::AssignTicket(AssignTicketStepInput { reference, assignee_id }) => {
                Self::AssignTicket { reference, assignee_id: assignee_id.as_ref().map(named) }
            }
            AutomationStepInput::Wait(WaitStepInput { seconds }) => Self::Wait { seconds },
        }
    }
}

fn steps(input: Vec<AutomationStepInput>) -> Vec<Step> {
    input.into_iter().map(Step::from).collect()
}

impl AutomationCreateInput {
    /// As the domain says it.
    pub(super) fn read(self, reading: Reading<'_>) -> Result<AutomationCreate, Refusal> {
        let Self { name, trigger, steps: given, is_enabled } = self;
        Ok(AutomationCreate { name, trigger: trigger.read(reading)?, steps: steps(given), is_enabled })
    }
}

impl AutomationUpdateInput {
    /// As the domain says it.
    pub(super) fn read(self, reading: Reading<'_>) -> Result<AutomationUpdate, Refusal> {
        let Self { id, expected_version, name, trigger, steps: given, is_enabled } = self;
        let trigger: Change<AutomationTriggerInput> = change(trigger);
        Ok(AutomationUpdate {
            id: parse(&id),
            expected_version,
            name: change(name),
            trigger: trigger.try_map(|trigger| trigger.read(reading))?,
            steps: change(given.map_value(steps)),
            is_enabled: change(is_enabled),
        })
    }
}

impl AutomationPreviewInput {
    /// As the domain says it.
    pub(super) fn read(self, reading: Reading<'_>) -> Result<PreviewAutomation, Refusal> {
        let Self { automation_id, trigger, steps: given, contact_id, ticket_id, text, fields } = self;
        Ok(PreviewAutomation {
            automation_id: automation_id.as_ref().map(named),
            trigger: trigger.map(|trigger| trigger.read(reading)).transpose()?,
            steps: given.map(steps),
            contact_id: contact_id.as_ref().map(named),
            ticket_id: ticket_id.as_ref().map(named),
            text,
            fields: values(fields.unwrap_or_default()),
        })
    }
}
