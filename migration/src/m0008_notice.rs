//! Mails on tickets: one row a reader and event that waits, and one row a reader that says when its mails are due.

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
        run(manager, "DROP TABLE notice;\nDROP TABLE notice_queue;\n").await
    }
}

const UP: &str = "
CREATE TABLE notice (
  reader_id {uuid} NOT NULL REFERENCES app_user (id),
  first_sequence bigint NOT NULL,
  account_id {uuid} NOT NULL,
  ticket_id {uuid} NOT NULL,
  last_sequence bigint NOT NULL,
  joins_until bigint,
  attempts integer NOT NULL,
  last_error {text},
  failed_at bigint,
  created_at bigint NOT NULL,
  PRIMARY KEY (reader_id, first_sequence)
);
CREATE INDEX notice_waiting ON notice (reader_id, first_sequence) WHERE failed_at IS NULL;
CREATE INDEX notice_joining ON notice (ticket_id, joins_until) WHERE joins_until IS NOT NULL;
CREATE TABLE notice_queue (
  reader_id {uuid} PRIMARY KEY REFERENCES app_user (id),
  due_at bigint,
  holder {uuid}
);
CREATE INDEX notice_queue_due ON notice_queue (due_at) WHERE due_at IS NOT NULL;
";
