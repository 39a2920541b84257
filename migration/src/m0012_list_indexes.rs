//! Indexes of the ticket list: one for each order, so that a page is read along it, however many tickets there are.

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

/// Categories and assignees keep one index each: their tickets in the order of the ids, as a list by category or by
/// assignee has them. The queue of one of them is read along the account's queue.
const UP: &str = "
CREATE INDEX ticket_title ON ticket (account_id, title_folded, id);
CREATE INDEX ticket_status_changed ON ticket (account_id, status_changed_at, id);
CREATE INDEX ticket_of_priority ON ticket (account_id, priority, id);
CREATE INDEX ticket_of_status ON ticket (account_id, status_id, id);
CREATE INDEX ticket_of_status_closed ON ticket (account_id, status_id, closed_at, id);
CREATE INDEX ticket_of_category ON ticket (account_id, category_id, id);
CREATE INDEX ticket_of_assignee ON ticket (account_id, assignee_id, id);
CREATE INDEX ticket_newest ON ticket (account_id, id);
CREATE INDEX ticket_unclosed ON ticket (account_id, id) WHERE closed_at IS NULL AND deleted_at IS NULL;
DROP INDEX ticket_by_category;
DROP INDEX ticket_by_assignee;
";

const DOWN: &str = "
CREATE INDEX ticket_by_category ON ticket (account_id, category_id, priority, opened_at, id);
CREATE INDEX ticket_by_assignee ON ticket (account_id, assignee_id, priority, opened_at, id);
DROP INDEX ticket_unclosed;
DROP INDEX ticket_newest;
DROP INDEX ticket_of_assignee;
DROP INDEX ticket_of_category;
DROP INDEX ticket_of_status_closed;
DROP INDEX ticket_of_status;
DROP INDEX ticket_of_priority;
DROP INDEX ticket_status_changed;
DROP INDEX ticket_title;
";
