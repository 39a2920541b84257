//! What sets an automation off and what it does then, as the tables keep it.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sportello_entity::{
    StatusId, TemplateId, UserId, automation,
    value::{MacroStatus, Priority},
};

use crate::{Result, text::name_key};

/// How a message's text is compared to a trigger's. Case and surrounding space make no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are the contract's")]
pub enum TextMatch {
    Exact,
    Contains,
    StartsWith,
    Any,
}

/// What sets an automation off. The names are part of the table's format: added to, never changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Trigger {
    /// A customer writes.
    MessageReceived {
        /// How the text is compared.
        r#match: TextMatch,
        /// To what; None: to nothing, for ANY.
        text: Option<String>,
    },
    /// A customer presses a button.
    ButtonPressed {
        /// Of this template only.
        template_id: Option<TemplateId>,
        /// What the button carries.
        payload: String,
    },
    /// A system outside calls.
    ApiCall {
        /// The dynamic fields that the call must bring.
        fields: Vec<String>,
    },
    /// A ticket is opened.
    TicketOpened {
        /// Which: in the shape of the contract's `TicketWhere`.
        r#where: Option<Json>,
    },
    /// A ticket's status changes.
    TicketStatusChanged {
        /// It had this status.
        from_status_id: Option<StatusId>,
        /// It had a status of this kind.
        from_macro_status: Option<MacroStatus>,
        /// It has this status now.
        to_status_id: Option<StatusId>,
        /// It has a status of this kind now.
        to_macro_status: Option<MacroStatus>,
        /// Which: in the shape of the contract's `TicketWhere`.
        r#where: Option<Json>,
    },
}

impl Trigger {
    /// Its kind, as the table is searched by it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::MessageReceived { .. } => "MESSAGE_RECEIVED",
            Self::ButtonPressed { .. } => "BUTTON_PRESSED",
            Self::ApiCall { .. } => "API_CALL",
            Self::TicketOpened { .. } => "TICKET_OPENED",
            Self::TicketStatusChanged { .. } => "TICKET_STATUS_CHANGED",
        }
    }

    /// The phrase that belongs to its automation alone, folded.
    pub(super) fn phrase(&self) -> Option<String> {
        match self {
            Self::MessageReceived { r#match: TextMatch::Exact, text: Some(text) } => Some(name_key(text)),
            _ => None,
        }
    }
}

/// One thing that an automation does. Texts take `%%CODE%%`. The names are part of the table's format: added to, never
/// changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Step {
    /// Opens a ticket for the contact.
    OpenTicket {
        /// Its title.
        title: String,
        /// Its description.
        description: String,
        /// Its category's name.
        category: Option<String>,
        /// How urgent it is.
        priority: Priority,
        /// Its status; None: the account's default.
        status_id: Option<StatusId>,
    },
    /// Changes a ticket.
    UpdateTicket {
        /// Which.
        reference: String,
        /// Its new status.
        status_id: Option<StatusId>,
        /// Its new priority.
        priority: Option<Priority>,
        /// Its new category's name.
        category: Option<String>,
    },
    /// Sends a template to the contact.
    SendTemplate {
        /// Which.
        template_id: TemplateId,
        /// What is filled in where there is no value.
        fallbacks: Vec<Fallback>,
    },
    /// Sends a text to the contact, as long as their service window is open.
    SendText {
        /// What it says.
        text: String,
    },
    /// Adds a note to a ticket.
    AddNote {
        /// Which ticket.
        reference: String,
        /// What it says.
        body: String,
    },
    /// Hands a ticket to somebody.
    AssignTicket {
        /// Which.
        reference: String,
        /// To whom; None: to nobody.
        assignee_id: Option<UserId>,
    },
    /// Lets time pass.
    Wait {
        /// How much.
        seconds: i32,
    },
}

impl Step {
    /// Its field in the contract's `AutomationStepInput`.
    pub fn field(&self) -> &'static str {
        match self {
            Self::OpenTicket { .. } => "openTicket",
            Self::UpdateTicket { .. } => "updateTicket",
            Self::SendTemplate { .. } => "sendTemplate",
            Self::SendText { .. } => "sendText",
            Self::AddNote { .. } => "addNote",
            Self::AssignTicket { .. } => "assignTicket",
            Self::Wait { .. } => "wait",
        }
    }
}

/// What a template's place is filled in with where there is no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fallback {
    /// The dynamic field's code.
    pub code: String,
    /// What it is filled in with.
    pub value: String,
}

/// The automation's trigger, read.
///
/// # Errors
/// When the row holds what this program never wrote.
pub fn trigger(automation: &automation::Model) -> Result<Trigger> {
    Ok(serde_json::from_str(&automation.trigger)?)
}

/// The automation's steps, read.
///
/// # Errors
/// When the row holds what this program never wrote.
pub fn steps(automation: &automation::Model) -> Result<Vec<Step>> {
    Ok(serde_json::from_str(&automation.steps)?)
}
