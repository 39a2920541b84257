//! What sets automations off, as clients see it.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result, SimpleObject, Union};
use serde_json::Value as Json;
use sportello_domain::automation as domain;
use sportello_entity::{StatusId, TemplateId, value};

use crate::graphql::{
    neighbours::Neighbours,
    status::{MacroStatus, TicketStatus},
    template::MessageTemplate,
};

/// How the text of a message is compared. Case and surrounding space make no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::TextMatch")]
pub enum TextMatch {
    /// It is this text. Goes before all others, and belongs to one enabled automation only.
    Exact,
    /// It holds this text.
    Contains,
    /// It begins with this text.
    StartsWith,
    /// Whatever it is.
    Any,
}

/// What sets an automation off.
#[derive(Union)]
#[expect(clippy::enum_variant_names, reason = "the names of the contract's types")]
pub enum AutomationTrigger {
    /// A customer writes.
    MessageReceivedTrigger(MessageReceivedTrigger),
    /// A customer presses a button.
    ButtonPressedTrigger(ButtonPressedTrigger),
    /// A system outside calls.
    ApiCallTrigger(ApiCallTrigger),
    /// A ticket is opened.
    TicketOpenedTrigger(TicketOpenedTrigger),
    /// A ticket's status changes.
    TicketStatusChangedTrigger(TicketStatusChangedTrigger),
}

impl AutomationTrigger {
    /// The trigger, pointing at these.
    pub fn new(trigger: domain::Trigger, neighbours: Arc<Neighbours>) -> Self {
        match trigger {
            domain::Trigger::MessageReceived { r#match, text } => {
                Self::MessageReceivedTrigger(MessageReceivedTrigger { r#match: r#match.into(), text })
            }
            domain::Trigger::ButtonPressed { template_id, payload } => {
                Self::ButtonPressedTrigger(ButtonPressedTrigger { template_id, payload, neighbours })
            }
            domain::Trigger::ApiCall { fields } => Self::ApiCallTrigger(ApiCallTrigger { fields }),
            domain::Trigger::TicketOpened { r#where } => {
                Self::TicketOpenedTrigger(TicketOpenedTrigger { r#where })
            }
            domain::Trigger::TicketStatusChanged {
                from_status_id,
                from_macro_status,
                to_status_id,
                to_macro_status,
                r#where,
            } => Self::TicketStatusChangedTrigger(TicketStatusChangedTrigger {
                from_status_id,
                from_macro_status,
                to_status_id,
                to_macro_status,
                r#where,
                neighbours,
            }),
        }
    }
}

/// A customer writes. An EXACT phrase goes before all others; where none fits, every other automation that matches runs.
/// Messages of blocked contacts set nothing off.
#[derive(SimpleObject)]
pub struct MessageReceivedTrigger {
    /// How the text is compared.
    r#match: TextMatch,
    /// To what; null for ANY.
    text: Option<String>,
}

/// A customer presses a button. Where no automation waits for its payload, the label counts as a message.
pub struct ButtonPressedTrigger {
    template_id: Option<TemplateId>,
    payload: String,
    neighbours: Arc<Neighbours>,
}

/// A customer presses a button. Where no automation waits for its payload, the label counts as a message.
#[Object]
impl ButtonPressedTrigger {
    /// Of this template only; null: of any.
    async fn template(&self, ctx: &Context<'_>) -> Option<Result<MessageTemplate>> {
        let row = self.neighbours.template(ctx, self.template_id?).await;
        row.map(|row| row.map(MessageTemplate::from)).transpose()
    }

    /// What the button carries.
    async fn payload(&self) -> &str {
        &self.payload
    }
}

/// A system outside calls the automation's hook.
#[derive(SimpleObject)]
pub struct ApiCallTrigger {
    /// The dynamic fields that the call must bring. It may bring others of the account as well.
    fields: Vec<String>,
}

/// A ticket is opened, by whomever. Imported tickets set nothing off.
#[derive(SimpleObject)]
pub struct TicketOpenedTrigger {
    /// Which tickets, in TicketWhere's shape; null: all. Relative times count from the moment of the event.
    r#where: Option<Json>,
}

/// A ticket's status changes. What is null makes no difference.
pub struct TicketStatusChangedTrigger {
    from_status_id: Option<StatusId>,
    from_macro_status: Option<value::MacroStatus>,
    to_status_id: Option<StatusId>,
    to_macro_status: Option<value::MacroStatus>,
    r#where: Option<Json>,
    neighbours: Arc<Neighbours>,
}

/// A ticket's status changes. What is null makes no difference.
#[Object]
impl TicketStatusChangedTrigger {
    /// It had this status.
    async fn from(&self, ctx: &Context<'_>) -> Option<Result<TicketStatus>> {
        Some(TicketStatus::of(ctx, &self.neighbours, self.from_status_id?).await)
    }

    /// It had a status of this kind.
    async fn from_macro_status(&self) -> Option<MacroStatus> {
        self.from_macro_status.map(MacroStatus::from)
    }

    /// It has this status now.
    async fn to(&self, ctx: &Context<'_>) -> Option<Result<TicketStatus>> {
        Some(TicketStatus::of(ctx, &self.neighbours, self.to_status_id?).await)
    }

    /// It has a status of this kind now.
    async fn to_macro_status(&self) -> Option<MacroStatus> {
        self.to_macro_status.map(MacroStatus::from)
    }

    /// Which tickets, in TicketWhere's shape; null: all. Relative times count from the moment of the event.
    async fn r#where(&self) -> Option<Json> {
        self.r#where.clone()
    }
}
