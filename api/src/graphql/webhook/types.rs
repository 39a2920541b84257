//! Webhook endpoints, and what comes of changing them.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use sportello_domain::{
    page::{PageArguments, PageRequest},
    webhook,
};
use sportello_entity::{WebhookEndpointId, webhook_endpoint};

use super::{DeliveryStatus, WebhookDelivery, WebhookDeliveryConnection};
use crate::graphql::{
    context::{actor, store},
    error::{UserError, to_graphql},
    event::EventType,
    scalars::{DateTime, Url},
};

/// Where events of the account are sent: every one of its types that happens after it was made, by Standard Webhooks.
/// Deliveries of one ticket (contact, status …) keep their order: each waits until the one before it is settled.
#[derive(Clone)]
pub struct WebhookEndpoint(webhook_endpoint::Model);

impl From<webhook_endpoint::Model> for WebhookEndpoint {
    fn from(row: webhook_endpoint::Model) -> Self {
        Self(row)
    }
}

impl WebhookEndpoint {
    /// The endpoint of this id, for those who may read webhooks.
    ///
    /// # Errors
    /// FORBIDDEN for others.
    pub async fn find(ctx: &Context<'_>, id: Option<WebhookEndpointId>) -> Result<Option<Self>> {
        let found = webhook::find(store(ctx), actor(ctx)?, id).await.map_err(to_graphql)?;
        Ok(found.map(Self))
    }
}

/// Where events of the account are sent: every one of its types that happens after it was made, by Standard Webhooks.
/// Deliveries of one ticket (contact, status …) keep their order: each waits until the one before it is settled.
#[Object]
impl WebhookEndpoint {
    /// Names the endpoint everywhere.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Where it lies.
    async fn url(&self) -> Url {
        self.0.url.clone().into()
    }

    /// What it is sent; empty: everything.
    async fn types(&self) -> Vec<EventType> {
        webhook::types(&self.0.types).into_iter().map(EventType::from).collect()
    }

    /// Whether anything is sent. While it is not, pending deliveries wait, and what happens meanwhile passes it by:
    /// `webhookReplay` brings it.
    async fn is_enabled(&self) -> bool {
        self.0.is_enabled
    }

    /// Why it was disabled, where the server did so: it answered 410, or nothing has succeeded for 5 days.
    async fn disabled_reason(&self) -> Option<&str> {
        self.0.disabled_reason.as_deref()
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// Its deliveries, the latest event's first. They are kept as long as their events.
    async fn deliveries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that have come so far.")] status: Option<DeliveryStatus>,
        #[graphql(desc = "How many: 10 when absent, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
    ) -> Result<WebhookDeliveryConnection> {
        let arguments = PageArguments { first, after, ..PageArguments::default() };
        let page = PageRequest::new(arguments, PageRequest::NESTED).map_err(to_graphql)?;
        let with_total = ctx.look_ahead().field("totalCount").exists();
        let status = status.map(Into::into);
        let read =
            webhook::delivery::deliveries(store(ctx), actor(ctx)?, self.0.id, status, &page, with_total);
        Ok(read.await.map_err(to_graphql)?.into())
    }
}

/// What came of making or changing an endpoint.
#[derive(Default, SimpleObject)]
pub struct WebhookEndpointPayload {
    /// The endpoint, after deleting as it was; null when the input was refused.
    pub endpoint: Option<WebhookEndpoint>,
    /// After making it and after webhookEndpointRotateSecret: `whsec_` and base64, what deliveries are signed with. Shown
    /// this once.
    pub secret: Option<String>,
    /// Why the input was refused; empty when it was not.
    pub user_errors: Vec<UserError>,
}

/// What came of sending a delivery again.
#[derive(Default, SimpleObject)]
pub struct WebhookDeliveryPayload {
    /// The delivery, scheduled; null when the input was refused.
    pub delivery: Option<WebhookDelivery>,
    /// Why the input was refused; empty when it was not.
    pub user_errors: Vec<UserError>,
}

/// What came of sending a range of the log again.
#[derive(Default, SimpleObject)]
pub struct WebhookReplayPayload {
    /// How many deliveries it scheduled; 0 when the input was refused.
    pub scheduled: i32,
    /// Why the input was refused; empty when it was not.
    pub user_errors: Vec<UserError>,
}
