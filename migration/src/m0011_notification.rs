//! Notifications: which events are ones, and how far each user has read them. Users who are there already have read
//! everything.

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

/// Snapshots are written without spaces, and a quotation mark inside of a text has a backslash before it: what LIKE finds
/// is a member and its value. The index holds all that counting and ordering look at, so that what is unread is counted
/// without reading a row.
const UP: &str = "
ALTER TABLE event ADD COLUMN notifies boolean NOT NULL DEFAULT FALSE;
UPDATE event SET notifies = TRUE WHERE type IN ('TICKET_UPDATED', 'TICKET_STATUS_CHANGED', 'NOTE_ADDED')
  OR (type = 'TICKET_OPENED' AND snapshot NOT LIKE '%\"source\":\"IMPORT\"%')
  OR (type = 'MESSAGE_RECEIVED' AND snapshot NOT LIKE '%\"isMuted\":true%')
  OR (type = 'MESSAGE_STATUS_CHANGED' AND snapshot LIKE '%\"status\":\"FAILED\"%');
CREATE INDEX event_notifying ON event (account_id, sequence, id, actor_id, notifies) WHERE notifies;
CREATE TABLE notification_mark (
  user_id {uuid} PRIMARY KEY REFERENCES app_user (id),
  account_id {uuid} NOT NULL REFERENCES account (id),
  sequence bigint NOT NULL
);
INSERT INTO notification_mark (user_id, account_id, sequence)
  SELECT u.id, u.account_id, h.sequence FROM app_user u JOIN log_head h ON h.account_id = u.account_id;
";

const DOWN: &str = "
DROP TABLE notification_mark;
DROP INDEX event_notifying;
ALTER TABLE event DROP COLUMN notifies;
";
