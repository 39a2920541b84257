//! Outgoing webhooks: where events are sent, and what has become of each.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "DROP TABLE webhook_delivery;\nDROP TABLE webhook_endpoint;\n").await
    }
}

const UP: &str = "
CREATE TABLE webhook_endpoint (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  url {text} NOT NULL,
  types {text} NOT NULL,
  is_enabled boolean NOT NULL,
  disabled_reason {text},
  after_sequence bigint NOT NULL,
  secret {text} NOT NULL,
  former_secret {text},
  former_secret_until bigint,
  failing_since bigint,
  created_at bigint NOT NULL
);
CREATE INDEX webhook_endpoint_of_account ON webhook_endpoint (account_id, id);
CREATE TABLE webhook_delivery (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  endpoint_id {uuid} NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
  sequence bigint NOT NULL,
  subject_id {uuid} NOT NULL,
  status {text} NOT NULL,
  attempts integer NOT NULL,
  failures integer NOT NULL,
  next_attempt_at bigint,
  last_status_code integer,
  last_error {text},
  created_at bigint NOT NULL
);
CREATE UNIQUE INDEX webhook_delivery_of_event ON webhook_delivery (endpoint_id, sequence);
CREATE INDEX webhook_delivery_listed ON webhook_delivery (endpoint_id, status, sequence);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_delivery_in_line ON webhook_delivery (endpoint_id, subject_id, sequence) WHERE status = 'PENDING';
";
