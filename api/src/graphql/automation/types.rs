//! An automation as clients see it.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use sportello_domain::{Permission, automation as domain, page::PageArguments};
use sportello_entity::{AutomationId, automation};

use super::{
    connection::AutomationRunConnection, connection::RunsOf, step::AutomationStep, trigger::AutomationTrigger,
};
use crate::graphql::{
    context::{actor, desk},
    error::to_graphql,
    neighbours::Neighbours,
    scalars::{DateTime, Url},
};

/// Something that the desk does by itself when something happens.
#[derive(Clone)]
pub struct Automation {
    row: Arc<automation::Model>,
    neighbours: Arc<Neighbours>,
}

impl Automation {
    /// The automation of this row, pointing at these.
    pub fn new(row: automation::Model, neighbours: Arc<Neighbours>) -> Self {
        Self { row: Arc::new(row), neighbours }
    }

    /// The automation that a row of the answer points at, deleted or not.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn find(ctx: &Context<'_>, neighbours: &Neighbours, id: AutomationId) -> Result<Option<Self>> {
        let row = neighbours.automation(ctx, id).await?;
        Ok(row.map(|row| Self::new(row, Neighbours::now())))
    }

    /// The automation of that id, unless it is missing or deleted.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read settings.
    pub async fn find_live(
        ctx: &Context<'_>,
        neighbours: &Neighbours,
        id: AutomationId,
    ) -> Result<Option<Self>> {
        readable(ctx)?;
        Ok(Self::find(ctx, neighbours, id).await?.filter(|found| found.row.deleted_at.is_none()))
    }
}

/// Whoever sees which automation changed a ticket does not by that see what it does.
fn readable(ctx: &Context<'_>) -> Result<()> {
    actor(ctx)?.require(Permission::ReadSettings).map_err(to_graphql)
}

/// Something that the desk does by itself when something happens.
#[Object]
impl Automation {
    /// Names the automation everywhere.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Whether anything sets it off. Runs that are under way when it is disabled stop before their next step.
    async fn is_enabled(&self) -> bool {
        self.row.is_enabled
    }

    /// Whether it was deleted: such a one is only seen through its runs and the history.
    async fn is_deleted(&self) -> bool {
        self.row.deleted_at.is_some()
    }

    /// What sets it off.
    async fn trigger(&self, ctx: &Context<'_>) -> Result<AutomationTrigger> {
        readable(ctx)?;
        let trigger = domain::trigger(&self.row).map_err(to_graphql)?;
        Ok(AutomationTrigger::new(trigger, self.neighbours.clone()))
    }

    /// What it does then, in order.
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<AutomationStep>> {
        readable(ctx)?;
        let steps = domain::steps(&self.row).map_err(to_graphql)?;
        Ok(steps.into_iter().map(|step| AutomationStep::new(step, self.neighbours.clone())).collect())
    }

    /// Where an external system calls in; null where no calls set it off.
    async fn hook(&self, ctx: &Context<'_>) -> Option<Result<AutomationHook>> {
        if let Err(error) = readable(ctx) {
            return Some(Err(error));
        }
        match domain::trigger(&self.row).map_err(to_graphql) {
            Ok(domain::Trigger::ApiCall { .. }) if self.row.deleted_at.is_none() => {
                let url = format!("{}/hooks/automations/{}", desk(ctx).public_url, self.row.id);
                Some(Ok(AutomationHook { url: url.into() }))
            }
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// 1 at first, one more at each change. Send it as expectedVersion.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.row.created_at.into()
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        self.row.updated_at.into()
    }

    /// What it was set off by, and what came of it: newest first.
    async fn runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`: 10 when absent, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
    ) -> Result<AutomationRunConnection> {
        let of = RunsOf { automation_id: Some(self.row.id), ticket_id: None, status: None };
        let arguments = PageArguments { first, after, ..PageArguments::default() };
        AutomationRunConnection::read(ctx, of, arguments, sportello_domain::page::PageRequest::NESTED).await
    }
}

/// Where an external system calls in: POST, JSON, with the secret that was shown when it was made.
#[derive(SimpleObject)]
pub struct AutomationHook {
    /// The address.
    url: Url,
}
