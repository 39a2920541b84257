//! Listing templates.

use async_graphql::{Context, Object, Result};
use sportello_domain::template;

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    template::MessageTemplate,
};

/// What may be asked of templates.
#[derive(Default)]
pub struct TemplateQuery;

#[Object]
impl TemplateQuery {
    /// The account's message templates, by creation.
    async fn message_templates(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = false, desc = "Archived ones too.")] include_archived: bool,
    ) -> Result<Vec<MessageTemplate>> {
        let rows = template::list(store(ctx), actor(ctx)?, include_archived).await.map_err(to_graphql)?;
        Ok(rows.into_iter().map(MessageTemplate::from).collect())
    }
}
