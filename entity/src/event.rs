//! The log: one row an event, in commit order within an account.

use sea_orm::entity::prelude::*;

use crate::{
    AccountId, AutomationRunId, EventId, NoteId, Timestamp,
    value::{ActorKind, EventType},
};

/// One row of `event`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// Whose log.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// 1, 2, 3 … within the account, without gaps, in commit order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    /// Names the event everywhere.
    pub id: EventId,
    /// What happened.
    pub r#type: EventType,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What kind of actor did it.
    pub actor_kind: ActorKind,
    /// Which one; null for the system.
    pub actor_id: Option<Uuid>,
    /// The automation run that did it, if one did.
    pub automation_run_id: Option<AutomationRunId>,
    /// The ticket, contact, status … that it happened to.
    pub subject_id: Uuid,
    /// The note that it is about or brought along.
    pub note_id: Option<NoteId>,
    /// JSON: an array of {field, before, after}, values as a person reads them.
    #[sea_orm(column_type = "Text")]
    pub changes: String,
    /// JSON: the subject right after the event; of what it points at only ids.
    #[sea_orm(column_type = "Text")]
    pub snapshot: String,
    /// JSON: those members of the snapshot that were different before the event; null when there was no before.
    #[sea_orm(column_type = "Text", nullable)]
    pub previous: Option<String>,
    /// Whether operators are notified of it: those others than who did it.
    pub notifies: bool,
}

impl ActiveModelBehavior for ActiveModel {}
