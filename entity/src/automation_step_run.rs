//! The steps of runs: what is to be done, and what came of it.

use sea_orm::entity::prelude::*;

use crate::{AccountId, AutomationRunId, MessageId, TicketId, Timestamp, value::StepStatus};

/// One row of `automation_step_run`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "automation_step_run")]
pub struct Model {
    /// Of which run.
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: AutomationRunId,
    /// 0, 1, 2 … in the order of the automation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// The desk.
    pub account_id: AccountId,
    /// JSON: the step as the automation had it when the run was planned.
    #[sea_orm(column_type = "Text")]
    pub step: String,
    /// How far it has come.
    pub status: StepStatus,
    /// JSON: its texts, filled in.
    #[sea_orm(column_type = "Text")]
    pub rendered: Option<String>,
    /// Why it failed, or why it was not done.
    pub error: Option<String>,
    /// The ticket that it opened or changed.
    pub ticket_id: Option<TicketId>,
    /// The message that it wrote.
    pub message_id: Option<MessageId>,
    /// When it was begun.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
