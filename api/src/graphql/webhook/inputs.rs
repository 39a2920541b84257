//! What clients send about webhooks.

use async_graphql::{ID, InputObject, MaybeUndefined};
use sportello_domain::webhook::{WebhookEndpointCreate, WebhookEndpointUpdate, delivery::WebhookReplay};

use crate::graphql::{
    event::EventType,
    id::{change, parse},
    scalars::{EventCursor, Url},
};

/// An endpoint to make.
#[derive(InputObject)]
pub struct WebhookEndpointCreateInput {
    /// Where it lies: https, and a public address.
    url: Url,
    /// What it is sent; empty: everything.
    #[graphql(default)]
    types: Vec<EventType>,
}

impl From<WebhookEndpointCreateInput> for WebhookEndpointCreate {
    fn from(WebhookEndpointCreateInput { url, types }: WebhookEndpointCreateInput) -> Self {
        Self { url: url.0, types: types.into_iter().map(Into::into).collect() }
    }
}

/// What of an endpoint is to change.
#[derive(InputObject)]
pub struct WebhookEndpointUpdateInput {
    /// The endpoint.
    id: ID,
    /// Where it lies: https, and a public address.
    url: MaybeUndefined<Url>,
    /// What it is sent from now on; empty: everything.
    types: MaybeUndefined<Vec<EventType>>,
    /// Whether anything is sent. True after false: pending deliveries go on, and what happens from now on is sent.
    is_enabled: MaybeUndefined<bool>,
}

impl From<WebhookEndpointUpdateInput> for WebhookEndpointUpdate {
    fn from(input: WebhookEndpointUpdateInput) -> Self {
        let WebhookEndpointUpdateInput { id, url, types, is_enabled } = input;
        Self {
            id: parse(&id),
            url: change(url.map_value(|url| url.0)),
            types: change(types.map_value(|types| types.into_iter().map(Into::into).collect())),
            is_enabled: change(is_enabled),
        }
    }
}

/// An endpoint to delete.
#[derive(InputObject)]
pub struct WebhookEndpointDeleteInput {
    /// The endpoint.
    pub id: ID,
}

/// An endpoint that is to get a new secret.
#[derive(InputObject)]
pub struct WebhookEndpointRotateSecretInput {
    /// The endpoint.
    pub id: ID,
}

/// A delivery to send again.
#[derive(InputObject)]
pub struct WebhookDeliveryRetryInput {
    /// The delivery.
    pub id: ID,
}

/// A range of the log to send again.
#[derive(InputObject)]
pub struct WebhookReplayInput {
    /// Where it is sent.
    endpoint_id: ID,
    /// From right after this place in the log.
    after: EventCursor,
    /// Through this one; to the end, when absent.
    until: Option<EventCursor>,
    /// The same key with the same input schedules once.
    idempotency_key: Option<String>,
}

impl From<WebhookReplayInput> for WebhookReplay {
    fn from(input: WebhookReplayInput) -> Self {
        let WebhookReplayInput { endpoint_id, after, until, idempotency_key } = input;
        let until = until.map(|until| until.0);
        Self { endpoint_id: parse(&endpoint_id), after: after.0, until, idempotency_key }
    }
}
