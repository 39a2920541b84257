//! Listing automations and their runs, and trying automations out.

use async_graphql::{Context, ID, Object, Result};
use sportello_domain::{
    Error, Permission, automation,
    page::{PageArguments, PageRequest},
};

use super::{
    conditions::read_where,
    connection::{AutomationRunConnection, RunsOf},
    inputs::{AutomationPreviewInput, Reading},
    preview::AutomationPreview,
    run::AutomationRunStatus,
    types::Automation,
};
use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    id::named,
    neighbours::Neighbours,
};

/// What may be asked of automations.
#[derive(Default)]
pub struct AutomationQuery;

#[Object]
impl AutomationQuery {
    /// The account's automations, by creation.
    async fn automations(&self, ctx: &Context<'_>) -> Result<Vec<Automation>> {
        let rows = automation::list(store(ctx), actor(ctx)?).await.map_err(to_graphql)?;
        let neighbours = Neighbours::now();
        Ok(rows.into_iter().map(|row| Automation::new(row, neighbours.clone())).collect())
    }

    /// What set automations off, and what came of it: newest first.
    async fn automation_runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only runs of this automation.")] automation_id: Option<ID>,
        #[graphql(desc = "Only runs about this ticket.")] ticket_id: Option<ID>,
        #[graphql(desc = "Only runs that have come so far.")] status: Option<AutomationRunStatus>,
        #[graphql(desc = "How many from the beginning, or after `after`: 25 when absent, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
    ) -> Result<AutomationRunConnection> {
        let of = RunsOf {
            automation_id: automation_id.as_ref().map(named),
            ticket_id: ticket_id.as_ref().map(named),
            status: status.map(Into::into),
        };
        let arguments = PageArguments { first, after, ..PageArguments::default() };
        AutomationRunConnection::read(ctx, of, arguments, PageRequest::DEFAULT).await
    }

    /// What an automation, saved or not, would do. It changes nothing and sends nothing.
    async fn automation_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be tried out, and on whom.")] input: AutomationPreviewInput,
    ) -> Result<AutomationPreview> {
        let actor = actor(ctx)?;
        actor.require(Permission::ReadSettings).map_err(to_graphql)?;
        let reading = Reading { actor, now: store(ctx).now() };
        let input = input.read(reading).map_err(|refusal| {
            let path = std::iter::once("input".to_owned()).chain(refusal.path).collect();
            to_graphql(Error::BadRequest { message: refusal.message, path })
        })?;
        let preview = automation::preview(store(ctx), actor, input, read_where).await;
        Ok(preview.map_err(to_graphql)?.into())
    }
}
