//! How far the followers of each account's log have come. Accounts that are there already start at their head: what
//! happened before there were followers sets nothing off.

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
        run(manager, "DROP TABLE follower_position;\n").await
    }
}

const UP: &str = "
CREATE TABLE follower_position (
  account_id {uuid} PRIMARY KEY REFERENCES account (id),
  sequence bigint NOT NULL
);
INSERT INTO follower_position (account_id, sequence) SELECT account_id, sequence FROM log_head;
";
