//! WhatsApp: numbers, messages on their way through the provider, and what it sends.

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
        run(manager, DOWN).await
    }
}

const UP: &str = "
CREATE TABLE whatsapp_channel (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  phone_number_id {key} NOT NULL,
  display_phone_number {text} NOT NULL,
  access_token {text} NOT NULL,
  is_enabled boolean NOT NULL,
  problem {text},
  paused_until bigint,
  created_at bigint NOT NULL
);
CREATE UNIQUE INDEX whatsapp_channel_account ON whatsapp_channel (account_id);
CREATE UNIQUE INDEX whatsapp_channel_number ON whatsapp_channel (phone_number_id) WHERE is_enabled;
ALTER TABLE message_delivery ADD COLUMN channel_id {uuid};
ALTER TABLE message_delivery ADD COLUMN parameters {text};
ALTER TABLE message_delivery ADD COLUMN asked_at bigint;
CREATE TABLE hook_body (
  id {uuid} PRIMARY KEY,
  body {text} NOT NULL,
  attempts integer NOT NULL,
  next_attempt_at bigint NOT NULL,
  failed_at bigint
);
CREATE INDEX hook_body_waiting ON hook_body (id) WHERE failed_at IS NULL;
CREATE TABLE early_report (
  account_id {uuid} NOT NULL REFERENCES account (id),
  provider_id {key} NOT NULL,
  status {text} NOT NULL,
  failure {text},
  created_at bigint NOT NULL,
  PRIMARY KEY (account_id, provider_id, status)
);
CREATE TABLE message_media (
  message_id {uuid} PRIMARY KEY REFERENCES message (id),
  account_id {uuid} NOT NULL REFERENCES account (id),
  provider_id {text} NOT NULL,
  content {bytes},
  attempts integer NOT NULL,
  next_attempt_at bigint
);
CREATE INDEX message_media_due ON message_media (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX early_report_age ON early_report (created_at);
";

const DOWN: &str = "
DROP TABLE message_media;
DROP TABLE early_report;
DROP TABLE hook_body;
ALTER TABLE message_delivery DROP COLUMN asked_at;
ALTER TABLE message_delivery DROP COLUMN parameters;
ALTER TABLE message_delivery DROP COLUMN channel_id;
DROP TABLE whatsapp_channel;
";
