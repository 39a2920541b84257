//! The line in which the deliveries of a subject to an endpoint wait. Everything here wants the endpoint's row locked.
//!
//! Conditions on the status are written out, so that the partial index on pending deliveries serves them.

use sportello_entity::WebhookEndpointId;
use uuid::Uuid;

use crate::{Result, store::Tx};

/// There is a pending delivery of the same line before this one.
const HAS_FORMER: &str = "EXISTS (SELECT 1 FROM webhook_delivery AS former \
     WHERE former.endpoint_id = webhook_delivery.endpoint_id AND former.subject_id = webhook_delivery.subject_id \
     AND former.status = 'PENDING' AND former.sequence < webhook_delivery.sequence)";

/// Nothing of the endpoint is due any more.
pub(in crate::webhook) async fn halt(tx: &Tx, endpoint_id: WebhookEndpointId) -> Result<()> {
    let sql = "UPDATE webhook_delivery SET next_attempt_at = NULL WHERE endpoint_id = $1 \
               AND next_attempt_at IS NOT NULL";
    tx.execute(sql, vec![endpoint_id.into()]).await?;
    Ok(())
}

/// The first of each of the endpoint's lines becomes due, if it is not.
pub(in crate::webhook) async fn go_on(tx: &Tx, endpoint_id: WebhookEndpointId) -> Result<()> {
    let sql = format!(
        "UPDATE webhook_delivery SET next_attempt_at = $1 WHERE endpoint_id = $2 AND status = 'PENDING' \
         AND next_attempt_at IS NULL AND NOT {HAS_FORMER}"
    );
    tx.execute(&sql, vec![tx.now().into(), endpoint_id.into()]).await?;
    Ok(())
}

/// What got others before it is due no more: after deliveries came back into the endpoint's lines.
pub(super) async fn step_back(tx: &Tx, endpoint_id: WebhookEndpointId) -> Result<()> {
    let sql = format!(
        "UPDATE webhook_delivery SET next_attempt_at = NULL WHERE endpoint_id = $1 AND status = 'PENDING' \
         AND next_attempt_at IS NOT NULL AND {HAS_FORMER}"
    );
    tx.execute(&sql, vec![endpoint_id.into()]).await?;
    Ok(())
}

/// The first of one line becomes due, if it is not: after the one before it was settled.
pub(super) async fn next(tx: &Tx, endpoint_id: WebhookEndpointId, subject_id: Uuid) -> Result<()> {
    let sql = "UPDATE webhook_delivery SET next_attempt_at = $1 WHERE next_attempt_at IS NULL AND id = \
               (SELECT id FROM webhook_delivery WHERE endpoint_id = $2 AND subject_id = $3 AND status = 'PENDING' \
               ORDER BY sequence LIMIT 1)";
    tx.execute(sql, vec![tx.now().into(), endpoint_id.into(), subject_id.into()]).await?;
    Ok(())
}
