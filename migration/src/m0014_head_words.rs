//! The words of titles and names stand in the search index a second time, as such. What is there is taken out: the
//! documents that are missing are written at the next start.

use sea_orm_migration::prelude::*;

use crate::dialect::{is_sqlite, run};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = if is_sqlite(manager) { INDEX } else { "" };
        run(manager, &format!("{index}DELETE FROM search_document;\n")).await
    }

    /// The words that are too many do no harm.
    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}

const INDEX: &str = "DELETE FROM search_index;\n";
