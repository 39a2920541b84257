//! Deliveries and their pages.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use std::sync::Arc;

use sportello_domain::{
    Error, log,
    webhook::delivery::{self, Delivery, DeliveryPage},
};
use sportello_entity::{WebhookDeliveryId, value};

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    event::Event,
    neighbours::Neighbours,
    page::{PageInfo, count},
    scalars::DateTime,
};

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "value::DeliveryStatus")]
pub enum DeliveryStatus {
    /// It is yet to be sent, or sent again.
    Pending,
    /// The receiver answered 2xx.
    Succeeded,
    /// It was given up after eleven failures over about three days, or at once when the receiver answered 410.
    Failed,
}

/// One event on its way to one endpoint, however often it is sent.
#[derive(Clone)]
pub struct WebhookDelivery {
    delivery: Delivery,
    neighbours: Arc<Neighbours>,
}

impl From<Delivery> for WebhookDelivery {
    fn from(delivery: Delivery) -> Self {
        let neighbours = Neighbours::of_events(std::slice::from_ref(&delivery.event));
        Self { delivery, neighbours }
    }
}

impl WebhookDelivery {
    /// The delivery of this id, for those who may read webhooks.
    ///
    /// # Errors
    /// FORBIDDEN for others.
    pub async fn find(ctx: &Context<'_>, id: Option<WebhookDeliveryId>) -> Result<Option<Self>> {
        let found = delivery::find(store(ctx), actor(ctx)?, id).await.map_err(to_graphql)?;
        Ok(found.map(Self::from))
    }
}

/// One event on its way to one endpoint, however often it is sent.
#[Object]
impl WebhookDelivery {
    /// Names the delivery everywhere.
    pub async fn id(&self) -> ID {
        self.delivery.row.id.to_string().into()
    }

    /// What it delivers. FORBIDDEN for a key whose scopes do not show such events.
    async fn event(&self, ctx: &Context<'_>) -> Result<Event> {
        let seen = log::seen_by(actor(ctx)?, &self.delivery.event);
        let forbidden =
            || Error::Forbidden("this takes an API key with the scope that reads such events".to_owned());
        let event = seen.ok_or_else(|| to_graphql(forbidden()))?;
        Ok(Event::of(event, Arc::clone(&self.neighbours)))
    }

    /// How far it has come.
    async fn status(&self) -> DeliveryStatus {
        self.delivery.row.status.into()
    }

    /// How often it was sent.
    async fn attempts(&self) -> i32 {
        self.delivery.row.attempts
    }

    /// What the receiver answered to the last attempt; null when it did not answer.
    async fn last_status_code(&self) -> Option<i32> {
        self.delivery.row.last_status_code
    }

    /// Why the last attempt failed; null when it did not.
    async fn last_error(&self) -> Option<&str> {
        self.delivery.row.last_error.as_deref()
    }

    /// When it is sent (again). Null when it is settled, when it waits for the delivery before it of the same ticket, and
    /// when its endpoint is disabled.
    async fn next_attempt_at(&self) -> Option<DateTime> {
        self.delivery.row.next_attempt_at.map(DateTime)
    }

    /// When it was planned.
    async fn created_at(&self) -> DateTime {
        self.delivery.row.created_at.into()
    }
}

/// A page of deliveries.
#[derive(SimpleObject)]
pub struct WebhookDeliveryConnection {
    /// The deliveries with their page cursors.
    edges: Vec<WebhookDeliveryEdge>,
    /// The deliveries.
    nodes: Vec<WebhookDelivery>,
    /// Whether there is more on either side.
    page_info: PageInfo,
    /// How many there are in all. Counted only when selected.
    total_count: Option<i32>,
}

/// One delivery of a page.
#[derive(SimpleObject)]
pub struct WebhookDeliveryEdge {
    /// Its place in this list: for `after`.
    cursor: String,
    /// The delivery.
    node: WebhookDelivery,
}

impl From<DeliveryPage> for WebhookDeliveryConnection {
    fn from(DeliveryPage { rows, info, total }: DeliveryPage) -> Self {
        let events: Vec<_> = rows.iter().map(|(_, delivery)| Arc::clone(&delivery.event)).collect();
        let neighbours = Neighbours::of_events(&events);
        let edge = |(cursor, delivery): (String, Delivery)| WebhookDeliveryEdge {
            cursor,
            node: WebhookDelivery { delivery, neighbours: Arc::clone(&neighbours) },
        };
        let edges: Vec<_> = rows.into_iter().map(edge).collect();
        Self {
            nodes: edges.iter().map(|edge| edge.node.clone()).collect(),
            edges,
            page_info: info.into(),
            total_count: total.map(count),
        }
    }
}
