//! Which way a page is read: along the list's order, asking each ticket, or from the tickets that an index gives for
//! the filter, which are then sorted. Both give the same page; how many tickets there are says which is shorter.

use std::{collections::HashSet, hash::Hash};

use sea_orm::{DbBackend, ExprTrait, sea_query::Expr};
use sportello_entity::{CategoryId, StatusId, UserId, ticket_status, value::Priority};

use crate::{
    directory::Directory,
    filter::{Choice, Filter, Sql, TicketFilter, TicketTerm, truth},
    statistics::{PRIORITIES, Sizes},
    text::folded,
};

/// What a filter leaves of the few values that tickets have in common. None: all of them.
#[derive(Default)]
pub(super) struct Left {
    statuses: Option<HashSet<StatusId>>,
    categories: Option<HashSet<Option<CategoryId>>>,
    assignees: Option<HashSet<Option<UserId>>>,
    priorities: Option<HashSet<Priority>>,
}

/// The way along the order.
pub(super) struct Road<'a> {
    /// What there is.
    pub(super) directory: &'a Directory,
    /// How much of it.
    pub(super) sizes: &'a Sizes,
    /// What the filter leaves.
    pub(super) left: Left,
    /// Which share of the tickets it takes, about.
    share: f64,
}

impl<'a> Road<'a> {
    /// The way along the order, where it is the shorter one. A filter that asks for more than the few values is for the
    /// database to plan.
    pub(super) fn along(
        filter: &TicketFilter,
        limit: usize,
        directory: &'a Directory,
        sizes: &'a Sizes,
    ) -> Option<Self> {
        let mut left = Left::default();
        parts(filter).into_iter().try_for_each(|part| left.hold(part, directory))?;
        let all = sizes.all as f64;
        let shares = left.shares(sizes);
        let share: f64 = shares.iter().product();
        let asked = (limit + 1) as f64 / share;
        let given = all * shares.into_iter().fold(1.0, f64::min);
        (asked <= given).then_some(Self { directory, sizes, left, share })
    }

    /// How many of so many tickets the filter takes, about.
    pub(super) fn taken(&self, tickets: u64) -> u64 {
        (tickets as f64 * self.share) as u64
    }
}

impl Left {
    /// Takes a condition in; None where it asks for something else.
    fn hold(&mut self, part: &TicketFilter, directory: &Directory) -> Option<()> {
        let Filter::Term(term, _) = part else { return None };
        let statuses = |holds: &dyn Fn(&ticket_status::Model) -> bool| {
            let held = directory.statuses.iter().filter(|status| holds(status));
            held.map(|status| status.id).collect::<Vec<_>>()
        };
        match term {
            TicketTerm::StatusId(Choice::OneOf(ids)) => keep(&mut self.statuses, ids.iter().copied()),
            TicketTerm::StatusKey(text) => {
                keep(&mut self.statuses, statuses(&|status| text.holds(Some(&status.key), folded)));
            }
            TicketTerm::MacroStatus(choice) => {
                keep(&mut self.statuses, statuses(&|status| choice.holds(Some(&status.macro_status))));
            }
            TicketTerm::CategoryId(choice) => keep(&mut self.categories, named(choice)),
            TicketTerm::AssigneeId(choice) => keep(&mut self.assignees, named(choice)),
            TicketTerm::Priority(priority) => {
                let held = PRIORITIES.into_iter().filter(|own| priority.holds(Some(own)));
                keep(&mut self.priorities, held);
            }
            _ => return None,
        }
        Some(())
    }

    /// The share of the tickets that each of them leaves, about.
    fn shares(&self, sizes: &Sizes) -> Vec<f64> {
        let counts = [
            tickets(self.statuses.as_ref(), |id| sizes.of_status(id)),
            tickets(self.categories.as_ref(), |id| sizes.of_category(id)),
            tickets(self.assignees.as_ref(), |id| sizes.of_assignee(id)),
            tickets(self.priorities.as_ref(), |own| sizes.of_priority(own)),
        ];
        counts.into_iter().flatten().map(|tickets| tickets as f64 / sizes.all as f64).collect()
    }

    pub(super) fn has_status(&self, id: StatusId) -> bool {
        is_left(self.statuses.as_ref(), &id)
    }

    pub(super) fn has_category(&self, id: Option<CategoryId>) -> bool {
        is_left(self.categories.as_ref(), &id)
    }

    pub(super) fn has_assignee(&self, id: Option<UserId>) -> bool {
        is_left(self.assignees.as_ref(), &id)
    }

    pub(super) fn has_priority(&self, priority: Priority) -> bool {
        is_left(self.priorities.as_ref(), &priority)
    }
}

/// How many tickets have one of the values that are left; None: all of them.
fn tickets<T: Copy>(left: Option<&HashSet<T>>, size: impl Fn(T) -> u64) -> Option<u64> {
    left.map(|values| values.iter().map(|value| size(*value)).sum())
}

/// Keeps what is among these, too.
fn keep<T: Copy + Eq + Hash>(left: &mut Option<HashSet<T>>, values: impl IntoIterator<Item = T>) {
    let values: HashSet<T> = values.into_iter().collect();
    *left = Some(match left.take() {
        Some(left) => left.intersection(&values).copied().collect(),
        None => values,
    });
}

/// What is among these, or is not there.
fn named<T: Copy>(choice: &Choice<T>) -> Vec<Option<T>> {
    match choice {
        Choice::OneOf(ids) => ids.iter().copied().map(Some).collect(),
        Choice::IsAbsent => vec![None],
    }
}

fn is_left<T: Eq + Hash>(left: Option<&HashSet<T>>, value: &T) -> bool {
    left.is_none_or(|left| left.contains(value))
}

/// The filter as something that is asked of each ticket: no index on what it names begins to answer it.
pub(super) fn asked(filter: &TicketFilter, sql: &Sql<'_>, is_kept: impl Fn(&TicketTerm) -> bool) -> Expr {
    let (kept, asked): (Vec<_>, Vec<_>) =
        parts(filter).into_iter().partition(|part| matches!(part, Filter::Term(term, _) if is_kept(term)));
    let all = |parts: Vec<&TicketFilter>| parts.into_iter().map(|part| part.condition(sql)).reduce(Expr::and);
    let template = match sql.backend {
        DbBackend::Postgres => "CASE WHEN $1 THEN TRUE ELSE FALSE END",
        _ => "CASE WHEN ? THEN TRUE ELSE FALSE END",
    };
    let asked = all(asked).map(|asked| Expr::cust_with_exprs(template, [asked]));
    all(kept).into_iter().chain(asked).reduce(Expr::and).unwrap_or_else(|| truth(true))
}

/// The filters of which all must hold.
fn parts(filter: &TicketFilter) -> Vec<&TicketFilter> {
    match filter {
        Filter::All => Vec::new(),
        Filter::And(filters) => filters.iter().flat_map(parts).collect(),
        other => vec![other],
    }
}
