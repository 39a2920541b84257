//! Making and changing webhooks, and sending again.

use async_graphql::{Context, Object, Result};
use sportello_domain::{
    Result as Done,
    webhook::{self, EndpointWithSecret, delivery},
};
use sportello_entity::webhook_endpoint;

use super::{
    inputs::{
        WebhookDeliveryRetryInput, WebhookEndpointCreateInput, WebhookEndpointDeleteInput,
        WebhookEndpointRotateSecretInput, WebhookEndpointUpdateInput, WebhookReplayInput,
    },
    types::{WebhookDeliveryPayload, WebhookEndpointPayload, WebhookReplayPayload},
};
use crate::graphql::{
    context::{actor, desk, store},
    error::{settle, user_errors},
    id::parse,
    page::count,
};

/// What may be done about webhooks.
#[derive(Default)]
pub struct WebhookMutation;

#[Object]
impl WebhookMutation {
    /// Makes an endpoint, to which events are sent from now on. Its secret is shown this once. ADMIN and up.
    async fn webhook_endpoint_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is to be.")] input: WebhookEndpointCreateInput,
    ) -> Result<WebhookEndpointPayload> {
        let rules = &desk(ctx).webhooks;
        with_secret(webhook::create(store(ctx), rules, actor(ctx)?, input.into()).await)
    }

    /// Changes an endpoint, disables or enables it. ADMIN and up.
    async fn webhook_endpoint_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to change.")] input: WebhookEndpointUpdateInput,
    ) -> Result<WebhookEndpointPayload> {
        let rules = &desk(ctx).webhooks;
        without_secret(webhook::update(store(ctx), rules, actor(ctx)?, input.into()).await)
    }

    /// Deletes an endpoint and all of its deliveries, those that are pending too. ADMIN and up.
    async fn webhook_endpoint_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: WebhookEndpointDeleteInput,
    ) -> Result<WebhookEndpointPayload> {
        without_secret(webhook::delete(store(ctx), actor(ctx)?, parse(&input.id)).await)
    }

    /// Gives an endpoint a new secret, shown this once. For 24 hours deliveries are signed with the one before as well.
    /// ADMIN and up.
    async fn webhook_endpoint_rotate_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: WebhookEndpointRotateSecretInput,
    ) -> Result<WebhookEndpointPayload> {
        let rules = &desk(ctx).webhooks;
        with_secret(webhook::rotate_secret(store(ctx), rules, actor(ctx)?, parse(&input.id)).await)
    }

    /// Sends a delivery again, whatever became of it, with the webhook-id that it has. ADMIN and up.
    async fn webhook_delivery_retry(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: WebhookDeliveryRetryInput,
    ) -> Result<WebhookDeliveryPayload> {
        Ok(match settle(delivery::retry(store(ctx), actor(ctx)?, parse(&input.id)).await)? {
            Ok(delivery) => {
                WebhookDeliveryPayload { delivery: Some(delivery.into()), user_errors: Vec::new() }
            }
            Err(refusals) => WebhookDeliveryPayload { delivery: None, user_errors: user_errors(refusals) },
        })
    }

    /// Sends the events of a range of the log that are of the endpoint's types, up to 10,000 at a time, also those that
    /// were delivered: each with the webhook-id that it has, if it was. ADMIN and up.
    async fn webhook_replay(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What, and where.")] input: WebhookReplayInput,
    ) -> Result<WebhookReplayPayload> {
        Ok(match settle(delivery::replay(store(ctx), actor(ctx)?, input.into()).await)? {
            Ok(scheduled) => WebhookReplayPayload { scheduled: count(scheduled), user_errors: Vec::new() },
            Err(refusals) => WebhookReplayPayload { scheduled: 0, user_errors: user_errors(refusals) },
        })
    }
}

fn with_secret(done: Done<EndpointWithSecret>) -> Result<WebhookEndpointPayload> {
    Ok(match settle(done)? {
        Ok(EndpointWithSecret { endpoint, secret }) => WebhookEndpointPayload {
            endpoint: Some(endpoint.into()),
            secret: Some(secret),
            user_errors: Vec::new(),
        },
        Err(refusals) => WebhookEndpointPayload { user_errors: user_errors(refusals), ..Default::default() },
    })
}

fn without_secret(done: Done<webhook_endpoint::Model>) -> Result<WebhookEndpointPayload> {
    Ok(match settle(done)? {
        Ok(endpoint) => WebhookEndpointPayload { endpoint: Some(endpoint.into()), ..Default::default() },
        Err(refusals) => WebhookEndpointPayload { user_errors: user_errors(refusals), ..Default::default() },
    })
}
