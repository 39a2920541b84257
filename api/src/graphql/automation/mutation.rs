//! Making, changing and deleting automations, and letting runs go on.

use async_graphql::{Context, Object, Result, SimpleObject};
use sportello_domain::{
    Error, Permission,
    automation::{self, AutomationWritten, RunWritten},
};
use sportello_entity::AutomationId;

use super::{
    inputs::{
        AutomationCreateInput, AutomationDeleteInput, AutomationHookRotateSecretInput,
        AutomationRunRetryInput, AutomationUpdateInput, Reading,
    },
    run::AutomationRun,
    types::Automation,
};
use crate::graphql::{
    context::{actor, store},
    error::{UserError, settle, shown_entity, to_graphql, user_errors},
    id::parse,
    neighbours::Neighbours,
};

/// What came of a change of an automation.
#[derive(SimpleObject)]
pub struct AutomationPayload {
    /// The automation right after; on VERSION_CONFLICT as it is now.
    automation: Option<Automation>,
    /// The secret that calls carry, when it was made anew: shown this once.
    hook_secret: Option<String>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What came of letting a run go on.
#[derive(SimpleObject)]
pub struct AutomationRunPayload {
    /// The run right after; null when it was refused.
    run: Option<AutomationRun>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What may be done to automations.
#[derive(Default)]
pub struct AutomationMutation;

#[Object]
impl AutomationMutation {
    /// Makes an automation. Where calls set it off, hookSecret is shown this once.
    async fn automation_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: AutomationCreateInput,
    ) -> Result<AutomationPayload> {
        let done = match input.read(reading(ctx)?) {
            Ok(input) => automation::create(store(ctx), actor(ctx)?, input).await,
            Err(refusal) => Err(refusal.into()),
        };
        AutomationPayload::of(ctx, done).await
    }

    /// Changes, enables or disables an automation.
    async fn automation_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: AutomationUpdateInput,
    ) -> Result<AutomationPayload> {
        let done = match input.read(reading(ctx)?) {
            Ok(input) => automation::update(store(ctx), actor(ctx)?, input).await,
            Err(refusal) => Err(refusal.into()),
        };
        AutomationPayload::of(ctx, done).await
    }

    /// Deletes an automation. Its runs stay to be read; those under way stop before their next step.
    async fn automation_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: AutomationDeleteInput,
    ) -> Result<AutomationPayload> {
        let done = automation::delete(store(ctx), actor(ctx)?, parse(&input.id)).await;
        let written = |automation| AutomationWritten { automation, hook_secret: None };
        AutomationPayload::of(ctx, done.map(written)).await
    }

    /// Makes the secret of an automation's hook anew; the old one opens nothing from now on.
    async fn automation_hook_rotate_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: AutomationHookRotateSecretInput,
    ) -> Result<AutomationPayload> {
        let done = automation::rotate_secret(store(ctx), actor(ctx)?, parse(&input.id)).await;
        AutomationPayload::of(ctx, done).await
    }

    /// Lets a failed run go on, from the step that failed. What was done stays done.
    async fn automation_run_retry(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: AutomationRunRetryInput,
    ) -> Result<AutomationRunPayload> {
        let done = automation::retry(store(ctx), actor(ctx)?, input.into()).await;
        Ok(match settle(done)? {
            Ok(RunWritten { run }) => {
                AutomationRunPayload { run: Some(AutomationRun::now(run)), user_errors: Vec::new() }
            }
            Err(refusals) => AutomationRunPayload { run: None, user_errors: user_errors(refusals) },
        })
    }
}

/// Who may not save anything is told so before anything is read.
fn reading<'a>(ctx: &Context<'a>) -> Result<Reading<'a>> {
    let actor = actor(ctx)?;
    actor.require(Permission::ManageSettings).map_err(to_graphql)?;
    Ok(Reading { actor, now: store(ctx).now() })
}

impl AutomationPayload {
    async fn of(ctx: &Context<'_>, done: Result<AutomationWritten, Error>) -> Result<Self> {
        Ok(match settle(done)? {
            Ok(AutomationWritten { automation, hook_secret }) => Self {
                automation: Some(Automation::new(automation, Neighbours::now())),
                hook_secret,
                user_errors: Vec::new(),
            },
            Err(refusals) => {
                let automation = match shown_entity(&refusals) {
                    Some(id) => Automation::find_live(ctx, &Neighbours::default(), AutomationId(id)).await?,
                    None => None,
                };
                Self { automation, hook_secret: None, user_errors: user_errors(refusals) }
            }
        })
    }
}
