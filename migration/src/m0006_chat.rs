//! Templates, chats and messages.

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
CREATE TABLE message_template (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  name {key} NOT NULL,
  language {key} NOT NULL,
  body {text} NOT NULL,
  buttons {text} NOT NULL,
  is_archived boolean NOT NULL,
  created_at bigint NOT NULL,
  version integer NOT NULL
);
CREATE UNIQUE INDEX message_template_name ON message_template (account_id, name, language);
CREATE TABLE chat (
  id {uuid} PRIMARY KEY REFERENCES contact (id),
  account_id {uuid} NOT NULL REFERENCES account (id),
  unread_count integer NOT NULL,
  last_message_at bigint NOT NULL,
  last_inbound_at bigint
);
CREATE INDEX chat_recent ON chat (account_id, last_message_at, id);
CREATE INDEX chat_unread ON chat (account_id, last_message_at, id) WHERE unread_count > 0;
CREATE TABLE message (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  chat_id {uuid} NOT NULL REFERENCES chat (id),
  direction {text} NOT NULL,
  kind {text} NOT NULL,
  body {text} NOT NULL,
  button_payload {text},
  media_mime_type {text},
  media_file_name {text},
  template_id {uuid} REFERENCES message_template (id),
  author_kind {text} NOT NULL,
  author_id {uuid},
  ticket_id {uuid} REFERENCES ticket (id),
  status {text} NOT NULL,
  status_changed_at bigint NOT NULL,
  failure_code integer,
  failure_message {text},
  failure_is_retryable boolean,
  provider_id {key},
  is_muted boolean NOT NULL,
  created_at bigint NOT NULL
);
CREATE INDEX message_chat ON message (chat_id, created_at, id);
CREATE UNIQUE INDEX message_provider ON message (account_id, provider_id);
CREATE TABLE message_delivery (
  message_id {uuid} PRIMARY KEY REFERENCES message (id),
  account_id {uuid} NOT NULL REFERENCES account (id),
  chat_id {uuid} NOT NULL REFERENCES chat (id),
  attempts integer NOT NULL,
  next_attempt_at bigint NOT NULL
);
CREATE INDEX message_delivery_due ON message_delivery (next_attempt_at);
CREATE INDEX message_delivery_chat ON message_delivery (chat_id, message_id);
";

const DOWN: &str = "
DROP TABLE message_delivery;
DROP TABLE message;
DROP TABLE chat;
DROP TABLE message_template;
";
