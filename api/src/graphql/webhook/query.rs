//! Reading webhooks.

use async_graphql::{Context, Object, Result};
use sportello_domain::webhook;

use super::WebhookEndpoint;
use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
};

/// What may be asked of webhooks.
#[derive(Default)]
pub struct WebhookQuery;

#[Object]
impl WebhookQuery {
    /// The endpoints to which events are sent, oldest first. For ADMIN and up.
    async fn webhook_endpoints(&self, ctx: &Context<'_>) -> Result<Vec<WebhookEndpoint>> {
        let endpoints = webhook::list(store(ctx), actor(ctx)?).await.map_err(to_graphql)?;
        Ok(endpoints.into_iter().map(WebhookEndpoint::from).collect())
    }
}
