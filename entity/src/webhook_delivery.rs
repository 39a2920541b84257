//! Deliveries: one row for an event and an endpoint, however often it is sent.

use sea_orm::entity::prelude::*;

use crate::{AccountId, Timestamp, WebhookDeliveryId, WebhookEndpointId, value::DeliveryStatus};

/// One row of `webhook_delivery`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_delivery")]
pub struct Model {
    /// Names the delivery; the receiver knows it by this too.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookDeliveryId,
    /// Whose event.
    pub account_id: AccountId,
    /// Where it goes.
    pub endpoint_id: WebhookEndpointId,
    /// The event's place in the account's log.
    pub sequence: i64,
    /// What the event happened to: deliveries of one subject to one endpoint keep their order.
    pub subject_id: Uuid,
    /// How far it has come.
    pub status: DeliveryStatus,
    /// How often sending was tried, in all.
    pub attempts: i32,
    /// How often it failed since it was scheduled: what the pauses grow by.
    pub failures: i32,
    /// When it is tried (again); while a worker has it, when others may take it over. Null: settled, waiting for the
    /// one before it of the same subject, or for its endpoint to be enabled.
    pub next_attempt_at: Option<Timestamp>,
    /// What the receiver answered last.
    pub last_status_code: Option<i32>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it was planned.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
