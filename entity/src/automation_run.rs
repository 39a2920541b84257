//! Runs of automations: one for each event or call that set one off.

use sea_orm::entity::prelude::*;

use crate::{
    AccountId, AutomationId, AutomationRunId, ContactId, EventId, TicketId, Timestamp,
    value::AutomationRunStatus,
};

/// One row of `automation_run`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "automation_run")]
pub struct Model {
    /// Names the run.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AutomationRunId,
    /// The desk.
    pub account_id: AccountId,
    /// What runs.
    pub automation_id: AutomationId,
    /// The event that set it off, unique together with the automation; None: a call from outside did.
    pub event_id: Option<EventId>,
    /// Whose matter it is.
    pub contact_id: Option<ContactId>,
    /// The ticket that it opened, or that set it off, or that it changed.
    pub ticket_id: Option<TicketId>,
    /// JSON: what set it off, as received.
    #[sea_orm(column_type = "Text")]
    pub trigger: String,
    /// JSON: an object of the dynamic fields' values that a call brought along.
    #[sea_orm(column_type = "Text")]
    pub fields: String,
    /// JSON: that ticket right after the event, or after the run's own last change.
    #[sea_orm(column_type = "Text")]
    pub ticket: Option<String>,
    /// How far it has come.
    pub status: AutomationRunStatus,
    /// 1, or one more than the run that set it off.
    pub depth: i32,
    /// Why it failed or was aborted.
    pub error: Option<String>,
    /// How often its next step met a fault of ours.
    pub attempts: i32,
    /// When its next step is due; None once it has ended.
    pub due_at: Option<Timestamp>,
    /// When it was set off.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// When it last came further.
    pub changed_at: Timestamp,
    /// One more each time it comes further.
    pub revision: i32,
}

impl ActiveModelBehavior for ActiveModel {}
