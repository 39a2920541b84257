//! Automations, their runs, and the steps of these.

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
CREATE TABLE automation (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  name {text} NOT NULL,
  is_enabled boolean NOT NULL,
  trigger_kind {key} NOT NULL,
  trigger {text} NOT NULL,
  steps {text} NOT NULL,
  phrase {key},
  hook_secret_hash {text},
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  deleted_at bigint,
  version integer NOT NULL
);
CREATE INDEX automation_trigger ON automation (account_id, trigger_kind);
CREATE UNIQUE INDEX automation_phrase ON automation (account_id, phrase);
CREATE TABLE automation_run (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  automation_id {uuid} NOT NULL REFERENCES automation (id),
  event_id {uuid},
  contact_id {uuid} REFERENCES contact (id),
  ticket_id {uuid} REFERENCES ticket (id),
  trigger {text} NOT NULL,
  fields {text} NOT NULL,
  ticket {text},
  status {text} NOT NULL,
  depth integer NOT NULL,
  error {text},
  attempts integer NOT NULL,
  due_at bigint,
  started_at bigint NOT NULL,
  finished_at bigint,
  changed_at bigint NOT NULL,
  revision integer NOT NULL
);
CREATE UNIQUE INDEX automation_run_event ON automation_run (automation_id, event_id);
CREATE INDEX automation_run_due ON automation_run (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX automation_run_account ON automation_run (account_id, id);
CREATE INDEX automation_run_automation ON automation_run (automation_id, id);
CREATE INDEX automation_run_ticket ON automation_run (ticket_id, id);
CREATE INDEX automation_run_contact ON automation_run (contact_id);
CREATE INDEX automation_run_changed ON automation_run (account_id, changed_at);
CREATE TABLE automation_step_run (
  run_id {uuid} NOT NULL REFERENCES automation_run (id),
  position integer NOT NULL,
  account_id {uuid} NOT NULL REFERENCES account (id),
  step {text} NOT NULL,
  status {key} NOT NULL,
  rendered {text},
  error {text},
  ticket_id {uuid} REFERENCES ticket (id),
  message_id {uuid} REFERENCES message (id),
  started_at bigint,
  finished_at bigint,
  PRIMARY KEY (run_id, position)
);
CREATE INDEX automation_step_run_ahead ON automation_step_run (account_id, status);
";

const DOWN: &str = "
DROP TABLE automation_step_run;
DROP TABLE automation_run;
DROP TABLE automation;
";
