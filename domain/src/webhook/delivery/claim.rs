//! Taking deliveries to be sent: each is one worker's at a time, and nobody's for good.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, Statement,
};
use sportello_entity::{
    AccountId, Timestamp, WebhookEndpointId, event, log_head, webhook_delivery, webhook_endpoint,
};
use uuid::Uuid;

use crate::{
    Actor, Result,
    log::Event,
    store::{Store, Tx},
};

/// An enabled endpoint for which something is due.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct DueEndpoint {
    /// Which.
    pub id: WebhookEndpointId,
    /// Since when nothing has succeeded; None: the last attempt did.
    pub failing_since: Option<Timestamp>,
}

/// What was taken: deliveries of one endpoint, each of another subject.
#[derive(Debug)]
pub struct Batch {
    /// Where they go.
    pub endpoint: webhook_endpoint::Model,
    /// The deliveries, each with its event; None: the log keeps it no more.
    pub deliveries: Vec<(webhook_delivery::Model, Option<Event>)>,
}

/// Endpoints for which something is due at $1.
pub(crate) const DUE: &str = "FROM webhook_endpoint WHERE is_enabled AND EXISTS (SELECT 1 FROM webhook_delivery \
     WHERE endpoint_id = webhook_endpoint.id AND next_attempt_at <= $1) ORDER BY id";

/// Every endpoint for which something is due, by id. Its cost does not grow with what is due.
///
/// # Errors
/// What the database answers.
pub async fn due_endpoints(store: &Store) -> Result<Vec<DueEndpoint>> {
    let sql = format!("SELECT id, failing_since {DUE}");
    let statement = Statement::from_sql_and_values(store.backend(), sql, [store.now().into()]);
    Ok(DueEndpoint::find_by_statement(statement).all(store.reader()).await?)
}

/// Takes up to `limit` deliveries of the endpoint that are due, those that have been so for longest. Nobody else gets
/// them before `until`, so that a worker that dies loses none. None: there is nothing to do, or others do it.
///
/// # Errors
/// What the database answers.
pub async fn claim(
    store: &Store,
    endpoint_id: WebhookEndpointId,
    limit: usize,
    until: Timestamp,
) -> Result<Option<Batch>> {
    let mut tx = store.begin(&Actor::system(AccountId(Uuid::nil()))).await?;
    let taken = take(&tx, endpoint_id, limit, until).await?;
    let Some(first) = taken.first() else { return Ok(None) };
    let account_id = first.account_id;
    let endpoint = webhook_endpoint::Entity::find_by_id(endpoint_id).one(tx.db()).await?;
    tx.write_without_event();
    tx.commit().await?;
    let Some(endpoint) = endpoint else { return Ok(None) };
    let mut events = events(store, account_id, taken.iter().map(|delivery| delivery.sequence)).await?;
    let deliveries = taken.into_iter().map(|delivery| {
        let event = events.remove(&delivery.sequence);
        (delivery, event)
    });
    Ok(Some(Batch { endpoint, deliveries: deliveries.collect() }))
}

async fn take(
    tx: &Tx,
    endpoint_id: WebhookEndpointId,
    limit: usize,
    until: Timestamp,
) -> Result<Vec<webhook_delivery::Model>> {
    let backend = tx.store().backend();
    let skip = if backend == DbBackend::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "WITH due AS (SELECT id FROM webhook_delivery WHERE endpoint_id = $1 AND next_attempt_at <= $2 \
         ORDER BY next_attempt_at LIMIT {limit}{skip}) \
         UPDATE webhook_delivery SET next_attempt_at = $3 WHERE id IN (SELECT id FROM due) RETURNING *"
    );
    let values = [endpoint_id.into(), tx.now().into(), until.into()];
    let rows = tx.db().query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    let rows = rows.iter().map(|row| webhook_delivery::Model::from_query_result(row, ""));
    Ok(rows.collect::<std::result::Result<Vec<_>, _>>()?)
}

/// The events of these sequences that the log still keeps.
pub(super) async fn events(
    store: &Store,
    account_id: AccountId,
    sequences: impl Iterator<Item = i64>,
) -> Result<HashMap<i64, Event>> {
    let head = log_head::Entity::find_by_id(account_id).one(store.reader()).await?;
    let epoch = head.map_or(0, |head| head.epoch);
    let found = event::Entity::find()
        .filter(event::Column::AccountId.eq(account_id))
        .filter(event::Column::Sequence.is_in(sequences));
    let rows = found.all(store.reader()).await?.into_iter();
    rows.map(|row| Event::of(row, epoch).map(|event| (event.sequence, event))).collect()
}
