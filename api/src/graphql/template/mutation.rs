//! Making, changing and archiving templates.

use async_graphql::{Context, Object, Result, SimpleObject};
use sportello_domain::template;
use sportello_entity::{TemplateId, message_template};

use crate::graphql::{
    context::{actor, store},
    error::{UserError, settle, shown_entity, user_errors},
    template::{
        MessageTemplate,
        inputs::{MessageTemplateCreateInput, MessageTemplateUpdateInput},
    },
};

/// What came of a change of a template.
#[derive(SimpleObject)]
pub struct MessageTemplatePayload {
    /// The template right after; on VERSION_CONFLICT as it is now.
    template: Option<MessageTemplate>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What may be done to templates.
#[derive(Default)]
pub struct TemplateMutation;

#[Object]
impl TemplateMutation {
    /// Makes a message template. WhatsApp has to know one of the same name and language.
    async fn message_template_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: MessageTemplateCreateInput,
    ) -> Result<MessageTemplatePayload> {
        let done = template::create(store(ctx), actor(ctx)?, input.into()).await;
        MessageTemplatePayload::of(ctx, done).await
    }

    /// Changes, archives or brings back a message template.
    async fn message_template_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: MessageTemplateUpdateInput,
    ) -> Result<MessageTemplatePayload> {
        let done = template::update(store(ctx), actor(ctx)?, input.into()).await;
        MessageTemplatePayload::of(ctx, done).await
    }
}

impl MessageTemplatePayload {
    async fn of(ctx: &Context<'_>, done: sportello_domain::Result<message_template::Model>) -> Result<Self> {
        Ok(match settle(done)? {
            Ok(row) => Self { template: Some(row.into()), user_errors: Vec::new() },
            Err(refusals) => {
                let template = match shown_entity(&refusals) {
                    Some(id) => MessageTemplate::find(ctx, TemplateId(id)).await?,
                    None => None,
                };
                Self { template, user_errors: user_errors(refusals) }
            }
        })
    }
}
