//! What statistics are read from: counters that every change of a ticket keeps.

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

/// The counters by priority stand in the row that every change writes anyhow. `count_zone` is the time zone that days
/// are cut in; null: the account's tickets have not been counted yet.
const UP: &str = "
ALTER TABLE log_head ADD COLUMN count_zone {text};
ALTER TABLE log_head ADD COLUMN open_low bigint NOT NULL DEFAULT 0;
ALTER TABLE log_head ADD COLUMN open_medium bigint NOT NULL DEFAULT 0;
ALTER TABLE log_head ADD COLUMN open_high bigint NOT NULL DEFAULT 0;
ALTER TABLE log_head ADD COLUMN open_urgent bigint NOT NULL DEFAULT 0;
CREATE TABLE ticket_count (
  account_id {uuid} NOT NULL REFERENCES account (id),
  dimension smallint NOT NULL,
  subject_id {uuid} NOT NULL,
  open_tickets bigint NOT NULL,
  tickets bigint NOT NULL,
  PRIMARY KEY (account_id, dimension, subject_id)
);
CREATE TABLE ticket_day (
  account_id {uuid} NOT NULL REFERENCES account (id),
  day integer NOT NULL,
  opened bigint NOT NULL,
  closed bigint NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (account_id, day)
);
CREATE INDEX ticket_closed ON ticket (account_id, closed_at, category_id, opened_at) WHERE closed_at IS NOT NULL AND deleted_at IS NULL;
";

const DOWN: &str = "
DROP INDEX ticket_closed;
DROP TABLE ticket_day;
DROP TABLE ticket_count;
ALTER TABLE log_head DROP COLUMN open_urgent;
ALTER TABLE log_head DROP COLUMN open_high;
ALTER TABLE log_head DROP COLUMN open_medium;
ALTER TABLE log_head DROP COLUMN open_low;
ALTER TABLE log_head DROP COLUMN count_zone;
";
