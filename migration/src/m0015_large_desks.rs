//! What pages of very many tickets need.
//!
//! SQLite: the orders in which neighbours lie far apart keep what filters ask for in their indexes. A ticket that a filter
//! does not take is passed without its row, which would be a page of the file by itself.
//!
//! PostgreSQL, which reads a row before it filters, is told instead that a status, category or assignee has one account.
//! Without, it multiplies how rare both are, takes a status of 130,000 tickets for one of 80, and sorts all of it for a page
//! of 50: <https://www.postgresql.org/docs/current/planner-stats.html>

use sea_orm_migration::prelude::*;

use crate::dialect::{is_sqlite, run};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, if is_sqlite(manager) { WIDE_INDEXES } else { STATISTICS }).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, if is_sqlite(manager) { NARROW_INDEXES } else { NO_STATISTICS }).await
    }
}

const WIDE_INDEXES: &str = "
DROP INDEX ticket_title;
DROP INDEX ticket_by_contact;
DROP INDEX ticket_of_priority;
DROP INDEX ticket_of_status;
CREATE INDEX ticket_title ON ticket (account_id, title_folded, id, deleted_at, status_id, priority, category_id, assignee_id);
CREATE INDEX ticket_by_contact ON ticket (account_id, contact_id, priority, opened_at, id, deleted_at, status_id, category_id, assignee_id);
CREATE INDEX ticket_of_priority ON ticket (account_id, priority, id, deleted_at, status_id, category_id, assignee_id);
CREATE INDEX ticket_of_status ON ticket (account_id, status_id, id, deleted_at, priority, category_id, assignee_id);
";

const NARROW_INDEXES: &str = "
DROP INDEX ticket_of_status;
DROP INDEX ticket_of_priority;
DROP INDEX ticket_by_contact;
DROP INDEX ticket_title;
CREATE INDEX ticket_title ON ticket (account_id, title_folded, id);
CREATE INDEX ticket_by_contact ON ticket (account_id, contact_id, priority, opened_at, id);
CREATE INDEX ticket_of_priority ON ticket (account_id, priority, id);
CREATE INDEX ticket_of_status ON ticket (account_id, status_id, id);
";

const STATISTICS: &str = "
CREATE STATISTICS ticket_account_of_status (dependencies) ON account_id, status_id FROM ticket;
CREATE STATISTICS ticket_account_of_category (dependencies) ON account_id, category_id FROM ticket;
CREATE STATISTICS ticket_account_of_assignee (dependencies) ON account_id, assignee_id FROM ticket;
ANALYZE ticket;
";

const NO_STATISTICS: &str = "
DROP STATISTICS ticket_account_of_assignee;
DROP STATISTICS ticket_account_of_category;
DROP STATISTICS ticket_account_of_status;
";
