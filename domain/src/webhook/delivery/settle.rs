//! What came of an attempt, written down; and what that means for the endpoint.

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use sportello_entity::{Timestamp, value::DeliveryStatus, webhook_delivery, webhook_endpoint};

use super::line;
use crate::{
    Actor, Result,
    store::{Store, Tx},
    webhook::row,
};

/// How long an endpoint may do nothing but fail: 5 days, longer than one delivery is tried for.
const PATIENCE_SECONDS: i64 = 120 * 60 * 60;

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What the receiver answered, if it did.
    pub status_code: Option<u16>,
    /// A sentence for whoever looks after the receiver.
    pub message: String,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it, with this 2xx.
    Delivered(u16),
    /// It failed: try again then.
    Retry(Timestamp, Failure),
    /// It failed for good.
    Failed(Failure),
    /// The receiver wants nothing more, ever: 410.
    Gone(Failure),
}

/// Writes down what came of an attempt. Once a delivery is settled, the next one of its subject is due. An endpoint that
/// is gone, or that has failed for 5 days, is disabled: WEBHOOK_CHANGED.
///
/// # Errors
/// What the database answers.
pub async fn settle(store: &Store, delivery: &webhook_delivery::Model, outcome: Outcome) -> Result<()> {
    let mut tx = store.begin(&Actor::system(delivery.account_id)).await?;
    tx.write_without_event();
    // Deleted meanwhile, the endpoint took its deliveries along.
    let Some(before) = row::find_locked(&tx, delivery.endpoint_id).await? else { return Ok(()) };
    write(&tx, delivery, &outcome, before.is_enabled).await?;
    let after = endpoint_after(&before, &outcome, tx.now());
    if before.is_enabled && !after.is_enabled {
        line::halt(&tx, before.id).await?;
    } else if before.is_enabled && !matches!(outcome, Outcome::Retry(..)) {
        line::next(&tx, before.id, delivery.subject_id).await?;
    }
    row::change(&mut tx, &before, &after, None).await?;
    tx.commit().await?;
    Ok(())
}

async fn write(
    tx: &Tx,
    delivery: &webhook_delivery::Model,
    outcome: &Outcome,
    is_enabled: bool,
) -> Result<()> {
    let (status, next, failure) = match outcome {
        Outcome::Delivered(_) => (DeliveryStatus::Succeeded, None, None),
        Outcome::Retry(at, failure) => (DeliveryStatus::Pending, Some(*at), Some(failure)),
        Outcome::Failed(failure) | Outcome::Gone(failure) => (DeliveryStatus::Failed, None, Some(failure)),
    };
    let status_code = match outcome {
        Outcome::Delivered(code) => Some(*code),
        _ => failure.and_then(|failure| failure.status_code),
    };
    let change = webhook_delivery::ActiveModel {
        status: Set(status),
        next_attempt_at: Set(next.filter(|_| is_enabled)),
        last_status_code: Set(status_code.map(i32::from)),
        last_error: Set(failure.map(|failure| failure.message.clone())),
        ..Default::default()
    };
    let count = |column: webhook_delivery::Column, more: i32| Expr::col(column).add(more);
    webhook_delivery::Entity::update_many()
        .set(change)
        .col_expr(webhook_delivery::Column::Attempts, count(webhook_delivery::Column::Attempts, 1))
        .col_expr(
            webhook_delivery::Column::Failures,
            count(webhook_delivery::Column::Failures, failure.is_some().into()),
        )
        .filter(webhook_delivery::Column::Id.eq(delivery.id))
        // Another worker, whose turn came when a lease ran out, may have settled it: success stays success.
        .filter(webhook_delivery::Column::Status.eq(DeliveryStatus::Pending))
        .exec(tx.db())
        .await?;
    Ok(())
}

fn endpoint_after(
    before: &webhook_endpoint::Model,
    outcome: &Outcome,
    now: Timestamp,
) -> webhook_endpoint::Model {
    let mut after = before.clone();
    after.failing_since = match outcome {
        Outcome::Delivered(_) => None,
        _ => Some(before.failing_since.unwrap_or(now)),
    };
    let is_past_patience =
        after.failing_since.is_some_and(|since| since.plus_seconds(PATIENCE_SECONDS) <= now);
    let reason = match outcome {
        Outcome::Gone(_) => Some("the receiver answered 410: it wants no more webhooks"),
        _ if is_past_patience => Some("no delivery has succeeded for 5 days"),
        _ => None,
    };
    if let Some(reason) = reason.filter(|_| before.is_enabled) {
        after.is_enabled = false;
        after.disabled_reason = Some(reason.to_owned());
    }
    after
}
