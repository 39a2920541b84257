//! Planning: an event becomes a delivery for each endpoint that it concerns.

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
};
use sportello_entity::{
    WebhookEndpointId,
    value::{DeliveryStatus, EventType},
    webhook_delivery, webhook_endpoint,
};
use uuid::Uuid;

use crate::{
    Result,
    log::{Event, Follower},
    store::{Queue, Tx},
    webhook::types,
};

/// How many deliveries one statement takes: below the databases' limits on parameters (32,766 and 65,535).
pub(super) const CHUNK: usize = 1_000;

/// Plans the deliveries of webhooks. An account without endpoints costs one small read.
pub struct WebhookPlanner;

#[async_trait]
impl Follower for WebhookPlanner {
    async fn plan(&self, tx: &mut Tx, events: &[Arc<Event>]) -> Result<()> {
        let endpoints = enabled(tx).await?;
        let pairs = events.iter().flat_map(|event| endpoints.iter().map(move |endpoint| (endpoint, event)));
        let concerned: Vec<_> = pairs.filter(|(endpoint, event)| concerns(event, endpoint)).collect();
        if concerned.is_empty() {
            return Ok(());
        }
        let mut busy = pending(tx, &endpoints, events).await?;
        let rows = concerned.into_iter().map(|(endpoint, event)| {
            // A subject's deliveries to an endpoint go out one after the other.
            let is_next = busy.insert((endpoint.id, event.subject_id));
            planned(tx, endpoint.id, event.sequence, event.subject_id, is_next.then(|| tx.now()))
                .into_active_model()
        });
        let rows = rows.collect();
        insert(tx, rows).await
    }
}

/// A delivery that nobody has tried yet.
pub(super) fn planned(
    tx: &Tx,
    endpoint_id: WebhookEndpointId,
    sequence: i64,
    subject_id: Uuid,
    next_attempt_at: Option<sportello_entity::Timestamp>,
) -> webhook_delivery::Model {
    webhook_delivery::Model {
        id: tx.new_id(),
        account_id: tx.actor.account_id,
        endpoint_id,
        sequence,
        subject_id,
        status: DeliveryStatus::Pending,
        attempts: 0,
        failures: 0,
        next_attempt_at,
        last_status_code: None,
        last_error: None,
        created_at: tx.now(),
    }
}

/// Writes deliveries. One that is there already stays: a replay was quicker.
pub(super) async fn insert(tx: &mut Tx, rows: Vec<webhook_delivery::ActiveModel>) -> Result<()> {
    for rows in rows.chunks(CHUNK) {
        let nothing = OnConflict::new().do_nothing().to_owned();
        let insert = webhook_delivery::Entity::insert_many(rows.iter().cloned()).on_conflict(nothing);
        insert.exec_without_returning(tx.db()).await?;
    }
    tx.ring(Queue::Webhooks);
    Ok(())
}

/// The account's enabled endpoints, locked.
async fn enabled(tx: &Tx) -> Result<Vec<webhook_endpoint::Model>> {
    let enabled = webhook_endpoint::Entity::find()
        .filter(webhook_endpoint::Column::AccountId.eq(tx.actor.account_id))
        .filter(webhook_endpoint::Column::IsEnabled.eq(true))
        .order_by_asc(webhook_endpoint::Column::Id)
        .lock(LockType::NoKeyUpdate);
    Ok(enabled.all(tx.db()).await?)
}

/// Whether the endpoint is told of the event: not of its own making, nor of what was before it.
fn concerns(event: &Event, endpoint: &webhook_endpoint::Model) -> bool {
    let is_own_making = event.r#type == EventType::WebhookChanged
        && event.previous.is_none()
        && event.subject_id == endpoint.id.0;
    event.sequence > endpoint.after_sequence && !is_own_making && wants(endpoint, event.r#type)
}

/// Whether the endpoint is sent events of this type.
pub(super) fn wants(endpoint: &webhook_endpoint::Model, event_type: EventType) -> bool {
    endpoint.types.is_empty() || types(&endpoint.types).contains(&event_type)
}

/// The endpoints and subjects of these events of which a delivery is pending already.
async fn pending(
    tx: &Tx,
    endpoints: &[webhook_endpoint::Model],
    events: &[Arc<Event>],
) -> Result<HashSet<(WebhookEndpointId, Uuid)>> {
    let pending = webhook_delivery::Entity::find()
        .select_only()
        .columns([webhook_delivery::Column::EndpointId, webhook_delivery::Column::SubjectId])
        .distinct()
        .filter(webhook_delivery::Column::EndpointId.is_in(endpoints.iter().map(|endpoint| endpoint.id)))
        .filter(webhook_delivery::Column::SubjectId.is_in(events.iter().map(|event| event.subject_id)))
        .filter(Expr::cust("status = 'PENDING'"));
    let pending: Vec<(WebhookEndpointId, Uuid)> = pending.into_tuple().all(tx.db()).await?;
    Ok(pending.into_iter().collect())
}
