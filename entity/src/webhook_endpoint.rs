//! Webhook endpoints: where events of an account are sent.

use sea_orm::entity::prelude::*;

use crate::{AccountId, Timestamp, WebhookEndpointId};

/// One row of `webhook_endpoint`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_endpoint")]
pub struct Model {
    /// Names the endpoint.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookEndpointId,
    /// Whose events.
    pub account_id: AccountId,
    /// Where they are sent.
    pub url: String,
    /// Names of event types, joined by spaces; empty: all.
    pub types: String,
    /// Whether anything is sent.
    pub is_enabled: bool,
    /// Why nothing is, where the server decided that.
    pub disabled_reason: Option<String>,
    /// Events up to this one are none of its business: it was made, or enabled again, after them.
    pub after_sequence: i64,
    /// What deliveries are signed with, sealed.
    pub secret: String,
    /// The secret before, sealed; it signs as well for a while.
    pub former_secret: Option<String>,
    /// How long it does.
    pub former_secret_until: Option<Timestamp>,
    /// When the first of the failures was that no success has followed.
    pub failing_since: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
