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

use crate::{
    Result,
    log::{Event, Follower},
    store::Tx,
    webhook::types,
};

/// Plans the deliveries of webhooks. An account without endpoints costs one small read an event.
pub struct WebhookPlanner;

#[async_trait]
impl Follower for WebhookPlanner {
    async fn plan(&self, tx: &mut Tx, event: &Arc<Event>) -> Result<()> {
        let endpoints = concerned(tx, event).await?;
        if endpoints.is_empty() {
            return Ok(());
        }
        let busy = with_pending(tx, &endpoints, event).await?;
        let rows = endpoints.into_iter().map(|endpoint_id| {
            let due = (!busy.contains(&endpoint_id)).then(|| tx.now());
            planned(tx, endpoint_id, event.sequence, event.subject_id, due).into_active_model()
        });
        insert(tx, rows.collect()).await
    }
}

/// A delivery that nobody has tried yet.
pub(super) fn planned(
    tx: &Tx,
    endpoint_id: WebhookEndpointId,
    sequence: i64,
    subject_id: uuid::Uuid,
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
pub(super) async fn insert(tx: &Tx, rows: Vec<webhook_delivery::ActiveModel>) -> Result<()> {
    let nothing = OnConflict::new().do_nothing().to_owned();
    let insert = webhook_delivery::Entity::insert_many(rows).on_conflict(nothing);
    insert.exec_without_returning(tx.db()).await?;
    Ok(())
}

/// The enabled endpoints that want this event, locked.
async fn concerned(tx: &Tx, event: &Event) -> Result<Vec<WebhookEndpointId>> {
    let enabled = webhook_endpoint::Entity::find()
        .filter(webhook_endpoint::Column::AccountId.eq(event.account_id))
        .filter(webhook_endpoint::Column::IsEnabled.eq(true))
        .order_by_asc(webhook_endpoint::Column::Id)
        .lock(LockType::NoKeyUpdate);
    let concerned = |endpoint: &webhook_endpoint::Model| {
        let is_own_making = event.r#type == EventType::WebhookChanged
            && event.previous.is_none()
            && event.subject_id == endpoint.id.0;
        event.sequence > endpoint.after_sequence && !is_own_making && wants(endpoint, event.r#type)
    };
    let enabled = enabled.all(tx.db()).await?;
    Ok(enabled.into_iter().filter(concerned).map(|endpoint| endpoint.id).collect())
}

/// Whether the endpoint is sent events of this type.
pub(super) fn wants(endpoint: &webhook_endpoint::Model, event_type: EventType) -> bool {
    endpoint.types.is_empty() || types(&endpoint.types).contains(&event_type)
}

/// Those of the endpoints for which a delivery of the same subject is pending already.
async fn with_pending(
    tx: &Tx,
    endpoints: &[WebhookEndpointId],
    event: &Event,
) -> Result<HashSet<WebhookEndpointId>> {
    let pending = webhook_delivery::Entity::find()
        .select_only()
        .column(webhook_delivery::Column::EndpointId)
        .distinct()
        .filter(webhook_delivery::Column::EndpointId.is_in(endpoints.iter().copied()))
        .filter(webhook_delivery::Column::SubjectId.eq(event.subject_id))
        .filter(Expr::cust("status = 'PENDING'"));
    let pending: Vec<WebhookEndpointId> = pending.into_tuple().all(tx.db()).await?;
    Ok(pending.into_iter().collect())
}
