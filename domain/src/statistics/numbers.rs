//! What is read of the tickets, before it is put in order.

use std::collections::{BTreeMap, HashMap};

use sportello_entity::{CategoryId, StatusId, Timestamp, UserId};

use super::{
    calendar::{Day, day_of},
    counted::Closing,
    period::Span,
};
use crate::page::Head;

/// Sums over the tickets that are asked for, at one place in the log.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    /// Where the log stood.
    pub(super) head: Head,
    /// Open tickets by priority, the least urgent first.
    pub(super) priorities: [i64; 4],
    /// Open tickets.
    pub(super) statuses: HashMap<StatusId, i64>,
    /// Open tickets; None: those without.
    pub(super) categories: HashMap<Option<CategoryId>, i64>,
    /// Open tickets; None: those without.
    pub(super) assignees: HashMap<Option<UserId>, i64>,
    /// Tickets opened and closed on the days of the period.
    pub(super) days: BTreeMap<Day, (i64, i64)>,
    /// Closing times in the period, in milliseconds.
    pub(super) closing_times: HashMap<Option<CategoryId>, Vec<i64>>,
}

impl Numbers {
    pub(super) fn at(head: Head) -> Self {
        Self {
            head,
            priorities: [0; 4],
            statuses: HashMap::new(),
            categories: HashMap::new(),
            assignees: HashMap::new(),
            days: BTreeMap::new(),
            closing_times: HashMap::new(),
        }
    }

    /// Takes in how long it took to close these, which are sorted by category; those outside of the period are left out.
    pub(super) fn time(&mut self, closings: &[Closing], span: &Span) {
        for same in closings.chunk_by(|one, next| one.category_id == next.category_id) {
            let held = same.iter().filter(|closing| span.holds(closing.closed_at));
            let mut times = held.map(Closing::milliseconds).peekable();
            if times.peek().is_some() {
                self.closing_times.entry(same[0].category_id).or_default().extend(times);
            }
        }
    }

    /// The tickets opened and closed on the day of a moment.
    pub(super) fn on_day_of(&mut self, moment: Timestamp, span: &Span) -> &mut (i64, i64) {
        self.days.entry(day_of(span.zone, moment)).or_default()
    }
}
