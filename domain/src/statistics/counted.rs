//! What of a ticket is counted.

use sea_orm::FromQueryResult;
use sportello_entity::{
    CategoryId, StatusId, TicketId, Timestamp, UserId, ticket,
    value::{MacroStatus, Priority},
};

/// A ticket that is not deleted, as far as statistics look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub(super) struct Counted {
    pub(super) id: TicketId,
    pub(super) status_id: StatusId,
    pub(super) macro_status: MacroStatus,
    pub(super) priority: Priority,
    pub(super) category_id: Option<CategoryId>,
    pub(super) assignee_id: Option<UserId>,
    pub(super) opened_at: Timestamp,
    pub(super) closed_at: Option<Timestamp>,
}

impl Counted {
    /// The columns that are read.
    pub(super) const COLUMNS: [ticket::Column; 8] = [
        ticket::Column::Id,
        ticket::Column::StatusId,
        ticket::Column::MacroStatus,
        ticket::Column::Priority,
        ticket::Column::CategoryId,
        ticket::Column::AssigneeId,
        ticket::Column::OpenedAt,
        ticket::Column::ClosedAt,
    ];

    /// None for a deleted ticket: it is out of all statistics.
    pub(super) fn of(ticket: &ticket::Model) -> Option<Self> {
        ticket.deleted_at.is_none().then_some(Self {
            id: ticket.id,
            status_id: ticket.status_id,
            macro_status: ticket.macro_status,
            priority: ticket.priority,
            category_id: ticket.category_id,
            assignee_id: ticket.assignee_id,
            opened_at: ticket.opened_at,
            closed_at: ticket.closed_at,
        })
    }

    /// How it was closed, if it is.
    pub(super) fn closing(&self) -> Option<Closing> {
        let Self { category_id, opened_at, .. } = *self;
        self.closed_at.map(|closed_at| Closing { category_id, opened_at, closed_at })
    }
}

/// A closed ticket, as far as closing times look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromQueryResult)]
pub(super) struct Closing {
    pub(super) category_id: Option<CategoryId>,
    pub(super) opened_at: Timestamp,
    pub(super) closed_at: Timestamp,
}

impl Closing {
    /// Closing time in milliseconds.
    pub(super) fn milliseconds(&self) -> i64 {
        self.closed_at.0.saturating_sub(self.opened_at.0)
    }
}
