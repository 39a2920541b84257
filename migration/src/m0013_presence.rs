//! Presence: who has a ticket open, as the servers say it again and again.

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
        run(manager, "DROP TABLE presence;\n").await
    }
}

const UP: &str = "
CREATE TABLE presence (
  id {uuid} PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id),
  ticket_id {uuid} NOT NULL REFERENCES ticket (id),
  user_id {uuid} NOT NULL REFERENCES app_user (id),
  is_typing boolean NOT NULL,
  since bigint NOT NULL,
  seen_at bigint NOT NULL
);
CREATE INDEX presence_of_ticket ON presence (ticket_id);
CREATE INDEX presence_seen ON presence (seen_at);
";
