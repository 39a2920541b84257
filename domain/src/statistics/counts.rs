//! How the counters move, or where they stand: sums over tickets.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use sportello_entity::{
    Timestamp, ticket,
    ticket_count::Dimension,
    value::{MacroStatus, Priority},
};
use uuid::Uuid;

use super::{
    calendar::{Day, day_of},
    counted::{Closing, Counted},
};

/// Counts of tickets, or differences of such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    /// In which days are cut.
    pub(super) zone: Tz,
    /// Open tickets by priority, the least urgent first.
    pub(super) priorities: [i64; 4],
    pub(super) subjects: BTreeMap<(Dimension, Uuid), Subject>,
    pub(super) days: BTreeMap<Day, OnDay>,
}

/// The tickets of a status, category or assignee.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) open: i64,
    pub(super) all: i64,
}

/// The tickets of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OnDay {
    pub(super) opened: i64,
    pub(super) closed: i64,
    /// How often what is closed on it changed.
    pub(super) revision: i64,
}

impl Counts {
    pub(super) fn new(zone: Tz) -> Self {
        Self { zone, priorities: [0; 4], subjects: BTreeMap::new(), days: BTreeMap::new() }
    }

    /// A ticket went from one state to another; None: it was not there, or deleted.
    pub(super) fn change(&mut self, before: Option<&ticket::Model>, after: &ticket::Model) {
        let (before, after) = (before.and_then(Counted::of), Counted::of(after));
        if before == after {
            return;
        }
        let closing = |ticket: Option<Counted>| ticket.and_then(|ticket| ticket.closing());
        let (was, is) = (closing(before), closing(after));
        if was != is {
            was.into_iter().chain(is).for_each(|closing| self.touch(closing));
        }
        before.iter().for_each(|ticket| self.add(ticket, -1));
        after.iter().for_each(|ticket| self.add(ticket, 1));
    }

    /// Counts a ticket in, or out.
    pub(super) fn add(&mut self, ticket: &Counted, sign: i64) {
        let open = if ticket.macro_status == MacroStatus::InProgress { sign } else { 0 };
        self.priorities[index(ticket.priority)] += open;
        self.count(Dimension::Status, Some(ticket.status_id.0), open, sign);
        self.count(Dimension::Category, ticket.category_id.map(|id| id.0), open, sign);
        self.count(Dimension::Assignee, ticket.assignee_id.map(|id| id.0), open, 0);
        self.on(ticket.opened_at).opened += sign;
        if let Some(closed_at) = ticket.closed_at {
            self.on(closed_at).closed += sign;
        }
    }

    /// Forgets what came out at zero.
    pub(super) fn settle(&mut self) {
        self.subjects.retain(|_, subject| *subject != Subject::default());
        self.days.retain(|_, day| *day != OnDay::default());
    }

    pub(super) fn is_zero(&self) -> bool {
        self.priorities == [0; 4] && self.subjects.is_empty() && self.days.is_empty()
    }

    fn count(&mut self, dimension: Dimension, id: Option<Uuid>, open: i64, all: i64) {
        let subject = self.subjects.entry((dimension, id.unwrap_or_default())).or_default();
        subject.open += open;
        subject.all += all;
    }

    fn touch(&mut self, closing: Closing) {
        self.on(closing.closed_at).revision = 1;
    }

    fn on(&mut self, moment: Timestamp) -> &mut OnDay {
        self.days.entry(day_of(self.zone, moment)).or_default()
    }
}

/// The place of a priority among the counters.
pub(super) fn index(priority: Priority) -> usize {
    match priority {
        Priority::Low => 0,
        Priority::Medium => 1,
        Priority::High => 2,
        Priority::Urgent => 3,
    }
}

/// The priorities, in the order of the counters.
pub(crate) const PRIORITIES: [Priority; 4] =
    [Priority::Low, Priority::Medium, Priority::High, Priority::Urgent];
