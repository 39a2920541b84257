//! The first desk: accounts, people, the log, tickets and what they hang on.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for script in [ACCOUNTS, LOG, CREDENTIALS, CONTACTS, TICKETS, WORK] {
            run(manager, script).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}

const ACCOUNTS: &str = "
CREATE TABLE account (
  id {uuid} PRIMARY KEY,
  name {text} NOT NULL,
  locale {text} NOT NULL,
  time_zone {text} NOT NULL,
  reference_prefix {text} NOT NULL,
  next_reference_number bigint NOT NULL,
  created_at bigint NOT NULL
);
CREATE TABLE app_user (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  name {text} NOT NULL,
  email {text} NOT NULL,
  email_key {key} NOT NULL,
  role {text} NOT NULL,
  locale {text} NOT NULL,
  is_active boolean NOT NULL,
  receives_ticket_emails boolean NOT NULL,
  password_hash {text},
  created_at bigint NOT NULL
);
CREATE UNIQUE INDEX app_user_email ON app_user (account_id, email_key);
CREATE INDEX app_user_sign_in ON app_user (email_key);
";

const LOG: &str = "
CREATE TABLE log_head (
  account_id {uuid} PRIMARY KEY REFERENCES account (id),
  epoch bigint NOT NULL,
  sequence bigint NOT NULL,
  directory_sequence bigint NOT NULL
);
CREATE TABLE event (
  account_id {uuid} NOT NULL REFERENCES account (id),
  sequence bigint NOT NULL,
  id {uuid} NOT NULL,
  type {text} NOT NULL,
  occurred_at bigint NOT NULL,
  actor_kind {text} NOT NULL,
  actor_id {uuid},
  automation_run_id {uuid},
  subject_id {uuid} NOT NULL,
  note_id {uuid},
  changes {text} NOT NULL,
  snapshot {text} NOT NULL,
  previous {text},
  PRIMARY KEY (account_id, sequence)
);
CREATE UNIQUE INDEX event_id ON event (id);
CREATE INDEX event_subject ON event (subject_id, sequence);
";

const CREDENTIALS: &str = "
CREATE TABLE session (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  user_id {uuid} NOT NULL REFERENCES app_user (id),
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  revoked_at bigint
);
CREATE INDEX session_by_user ON session (user_id);
CREATE TABLE refresh_token (
  token_hash {key} PRIMARY KEY,
  session_id {uuid} NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  created_at bigint NOT NULL,
  used_at bigint
);
CREATE INDEX refresh_token_session ON refresh_token (session_id);
CREATE TABLE one_time_token (
  token_hash {key} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  user_id {uuid} NOT NULL REFERENCES app_user (id),
  purpose {text} NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX one_time_token_user ON one_time_token (user_id);
CREATE TABLE api_key (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  name {text} NOT NULL,
  scopes {text} NOT NULL,
  prefix {text} NOT NULL,
  secret_hash {key} NOT NULL,
  created_by_id {uuid} REFERENCES app_user (id),
  created_at bigint NOT NULL,
  last_used_at bigint,
  expires_at bigint,
  revoked_at bigint
);
CREATE UNIQUE INDEX api_key_secret ON api_key (secret_hash);
CREATE INDEX api_key_account ON api_key (account_id);
";

const CONTACTS: &str = "
CREATE TABLE contact (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  name {text} NOT NULL,
  name_folded {key} NOT NULL,
  phone {key},
  email {text},
  locale {text},
  external_id {key},
  whatsapp_user_id {key},
  fields {text} NOT NULL,
  is_blocked boolean NOT NULL,
  is_erased boolean NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  version integer NOT NULL
);
CREATE UNIQUE INDEX contact_phone ON contact (account_id, phone);
CREATE UNIQUE INDEX contact_external ON contact (account_id, external_id);
CREATE UNIQUE INDEX contact_whatsapp ON contact (account_id, whatsapp_user_id);
CREATE INDEX contact_name ON contact (account_id, name_folded, id);
CREATE TABLE dynamic_field (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  code {key} NOT NULL,
  label {text} NOT NULL,
  created_at bigint NOT NULL
);
CREATE UNIQUE INDEX dynamic_field_code ON dynamic_field (account_id, code);
";

const TICKETS: &str = "
CREATE TABLE ticket_status (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  key {key} NOT NULL,
  name {text} NOT NULL,
  name_key {key} NOT NULL,
  is_renamed boolean NOT NULL,
  color {text} NOT NULL,
  macro_status smallint NOT NULL,
  position integer NOT NULL,
  is_predefined boolean NOT NULL,
  is_default boolean NOT NULL,
  created_at bigint NOT NULL,
  deleted_at bigint
);
CREATE UNIQUE INDEX ticket_status_key ON ticket_status (account_id, key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX ticket_status_name ON ticket_status (account_id, name_key) WHERE deleted_at IS NULL;
CREATE TABLE ticket_category (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  name {text} NOT NULL,
  name_key {key} NOT NULL,
  is_archived boolean NOT NULL,
  merged_into_id {uuid} REFERENCES ticket_category (id),
  created_at bigint NOT NULL
);
CREATE UNIQUE INDEX ticket_category_name ON ticket_category (account_id, name_key);
CREATE TABLE ticket (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  reference {text} NOT NULL,
  reference_folded {key} NOT NULL,
  external_id {key},
  title {text} NOT NULL,
  title_folded {key} NOT NULL,
  description {text} NOT NULL,
  description_folded {text} NOT NULL,
  priority smallint NOT NULL,
  status_id {uuid} NOT NULL REFERENCES ticket_status (id),
  macro_status smallint NOT NULL,
  category_id {uuid} REFERENCES ticket_category (id),
  contact_id {uuid} NOT NULL REFERENCES contact (id),
  assignee_id {uuid} REFERENCES app_user (id),
  source smallint NOT NULL,
  opened_by_kind {text} NOT NULL,
  opened_by_id {uuid},
  opened_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  status_changed_at bigint NOT NULL,
  closed_at bigint,
  first_response_at bigint,
  deleted_at bigint,
  reopen_count integer NOT NULL,
  version integer NOT NULL,
  note_count integer NOT NULL
);
CREATE UNIQUE INDEX ticket_reference ON ticket (account_id, reference_folded);
CREATE UNIQUE INDEX ticket_external ON ticket (account_id, external_id);
CREATE INDEX ticket_queue ON ticket (account_id, priority, opened_at, id);
CREATE INDEX ticket_opened ON ticket (account_id, opened_at, id);
CREATE INDEX ticket_updated ON ticket (account_id, updated_at, id);
CREATE INDEX ticket_by_status ON ticket (account_id, status_id, priority, opened_at, id);
CREATE INDEX ticket_by_category ON ticket (account_id, category_id, priority, opened_at, id);
CREATE INDEX ticket_by_contact ON ticket (account_id, contact_id, priority, opened_at, id);
CREATE INDEX ticket_by_assignee ON ticket (account_id, assignee_id, priority, opened_at, id);
CREATE INDEX ticket_deleted ON ticket (account_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE TABLE ticket_note (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  ticket_id {uuid} NOT NULL REFERENCES ticket (id),
  author_kind {text} NOT NULL,
  author_id {uuid},
  body {text} NOT NULL,
  body_folded {text} NOT NULL,
  created_at bigint NOT NULL,
  edited_at bigint
);
CREATE INDEX ticket_note_ticket ON ticket_note (ticket_id, created_at, id);
";

const WORK: &str = "
CREATE TABLE idempotency (
  account_id {uuid} NOT NULL REFERENCES account (id),
  credential_id {uuid} NOT NULL,
  mutation {key} NOT NULL,
  key {key} NOT NULL,
  input_hash {text} NOT NULL,
  result {text} NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (account_id, credential_id, mutation, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
CREATE TABLE mail (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  kind {text} NOT NULL,
  recipient {text} NOT NULL,
  locale {text} NOT NULL,
  content {text} NOT NULL,
  attempts integer NOT NULL,
  next_attempt_at bigint,
  last_error {text},
  sent_at bigint,
  failed_at bigint,
  created_at bigint NOT NULL
);
CREATE INDEX mail_due ON mail (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE TABLE ticket_move (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  task {text} NOT NULL,
  actor_kind {text} NOT NULL,
  actor_id {uuid},
  created_at bigint NOT NULL,
  claimed_until bigint
);
";

const DOWN: &str = "
DROP TABLE ticket_move;
DROP TABLE mail;
DROP TABLE idempotency;
DROP TABLE ticket_note;
DROP TABLE ticket;
DROP TABLE ticket_category;
DROP TABLE ticket_status;
DROP TABLE dynamic_field;
DROP TABLE contact;
DROP TABLE api_key;
DROP TABLE one_time_token;
DROP TABLE refresh_token;
DROP TABLE session;
DROP TABLE event;
DROP TABLE log_head;
DROP TABLE app_user;
DROP TABLE account;
";
