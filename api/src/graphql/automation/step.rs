//! What automations do, as clients see it.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject, Union};
use sportello_domain::automation as domain;
use sportello_entity::{StatusId, TemplateId, UserId, value::Priority};

use crate::graphql::{
    contact::ContactField, error::to_graphql, neighbours::Neighbours, people::User, status::TicketStatus,
    template::MessageTemplate, ticket::TicketPriority,
};

/// One thing that an automation does.
#[derive(Union)]
#[expect(clippy::enum_variant_names, reason = "the names of the contract's types")]
pub enum AutomationStep {
    /// Opens a ticket.
    OpenTicketStep(OpenTicketStep),
    /// Changes a ticket.
    UpdateTicketStep(UpdateTicketStep),
    /// Sends a template.
    SendTemplateStep(SendTemplateStep),
    /// Sends a text.
    SendTextStep(SendTextStep),
    /// Adds a note.
    AddNoteStep(AddNoteStep),
    /// Hands a ticket to somebody.
    AssignTicketStep(AssignTicketStep),
    /// Lets time pass.
    WaitStep(WaitStep),
}

impl AutomationStep {
    /// The step, pointing at these.
    pub fn new(step: domain::Step, neighbours: Arc<Neighbours>) -> Self {
        match step {
            domain::Step::OpenTicket { title, description, category, priority, status_id } => {
                Self::OpenTicketStep(OpenTicketStep {
                    title,
                    description,
                    category,
                    priority,
                    status_id,
                    neighbours,
                })
            }
            domain::Step::UpdateTicket { reference, status_id, priority, category } => {
                Self::UpdateTicketStep(UpdateTicketStep {
                    reference,
                    status_id,
                    priority,
                    category,
                    neighbours,
                })
            }
            domain::Step::SendTemplate { template_id, fallbacks } => {
                Self::SendTemplateStep(SendTemplateStep { template_id, fallbacks, neighbours })
            }
            domain::Step::SendText { text } => Self::SendTextStep(SendTextStep { text }),
            domain::Step::AddNote { reference, body } => Self::AddNoteStep(AddNoteStep { reference, body }),
            domain::Step::AssignTicket { reference, assignee_id } => {
                Self::AssignTicketStep(AssignTicketStep { reference, assignee_id, neighbours })
            }
            domain::Step::Wait { seconds } => Self::WaitStep(WaitStep { seconds }),
        }
    }
}

/// Opens a ticket for the contact. Texts take `%%CODE%%`, never `%%TICKET_...%%`; what has no value is left out.
pub struct OpenTicketStep {
    title: String,
    description: String,
    category: Option<String>,
    priority: Priority,
    status_id: Option<StatusId>,
    neighbours: Arc<Neighbours>,
}

/// Opens a ticket for the contact. Texts take `%%CODE%%`, never `%%TICKET_...%%`; what has no value is left out.
#[Object]
impl OpenTicketStep {
    /// Its title. One that comes out empty or too long fails the step.
    async fn title(&self) -> &str {
        &self.title
    }

    /// Its description.
    async fn description(&self) -> &str {
        &self.description
    }

    /// Its category's name: made on first use.
    async fn category(&self) -> Option<&str> {
        self.category.as_deref()
    }

    /// How urgent it is.
    async fn priority(&self) -> TicketPriority {
        self.priority.into()
    }

    /// Its status: the account's default, where the automation names none.
    async fn status(&self, ctx: &Context<'_>) -> Result<TicketStatus> {
        if let Some(id) = self.status_id {
            return TicketStatus::of(ctx, &self.neighbours, id).await;
        }
        let directory = self.neighbours.directory(ctx).await?;
        let default = directory.statuses.iter().find(|status| status.is_default).cloned();
        let missing = || to_graphql(sportello_domain::Error::Internal("no default status".to_owned()));
        Ok(TicketStatus::new(default.ok_or_else(missing)?, self.neighbours.clone()))
    }
}

/// Changes a ticket.
pub struct UpdateTicketStep {
    reference: String,
    status_id: Option<StatusId>,
    priority: Option<Priority>,
    category: Option<String>,
    neighbours: Arc<Neighbours>,
}

/// Changes a ticket.
#[Object]
impl UpdateTicketStep {
    /// Which: `%%TICKET_REFERENCE%%` (the ticket that the run opened or was set off by, else the contact's only one in
    /// progress) or a reference.
    async fn reference(&self) -> &str {
        &self.reference
    }

    /// Its new status; null: as it is.
    async fn status(&self, ctx: &Context<'_>) -> Option<Result<TicketStatus>> {
        Some(TicketStatus::of(ctx, &self.neighbours, self.status_id?).await)
    }

    /// Its new priority; null: as it is.
    async fn priority(&self) -> Option<TicketPriority> {
        self.priority.map(TicketPriority::from)
    }

    /// Its new category's name; null: as it is.
    async fn category(&self) -> Option<&str> {
        self.category.as_deref()
    }
}

/// Sends a template to the contact.
pub struct SendTemplateStep {
    template_id: TemplateId,
    fallbacks: Vec<domain::Fallback>,
    neighbours: Arc<Neighbours>,
}

/// Sends a template to the contact.
#[Object]
impl SendTemplateStep {
    /// Which.
    async fn template(&self, ctx: &Context<'_>) -> Result<MessageTemplate> {
        let row = self.neighbours.template(ctx, self.template_id).await?;
        let missing =
            || to_graphql(sportello_domain::Error::Internal("a step's template is gone".to_owned()));
        Ok(row.ok_or_else(missing)?.into())
    }

    /// What its places are filled in with where there is no value.
    async fn fallbacks(&self) -> Vec<ContactField> {
        let field = |one: &domain::Fallback| ContactField::new(one.code.clone(), one.value.clone());
        self.fallbacks.iter().map(field).collect()
    }
}

/// Sends a text to the contact, as long as their service window is open.
#[derive(SimpleObject)]
pub struct SendTextStep {
    /// What it says. A place that has no value fails the step.
    text: String,
}

/// Adds a note to a ticket.
#[derive(SimpleObject)]
pub struct AddNoteStep {
    /// Which ticket: `%%TICKET_REFERENCE%%` or a reference.
    reference: String,
    /// What it says.
    body: String,
}

/// Hands a ticket to somebody.
pub struct AssignTicketStep {
    reference: String,
    assignee_id: Option<UserId>,
    neighbours: Arc<Neighbours>,
}

/// Hands a ticket to somebody.
#[Object]
impl AssignTicketStep {
    /// Which ticket: `%%TICKET_REFERENCE%%` or a reference.
    async fn reference(&self) -> &str {
        &self.reference
    }

    /// To whom; null: to nobody.
    async fn assignee(&self, ctx: &Context<'_>) -> Option<Result<User>> {
        let id = self.assignee_id?;
        let directory = self.neighbours.directory(ctx).await;
        directory.map(|directory| directory.user(id).map(|user| user.clone().into())).transpose()
    }
}

/// Lets time pass before the next step.
#[derive(SimpleObject)]
pub struct WaitStep {
    /// How much, in seconds.
    seconds: i32,
}
