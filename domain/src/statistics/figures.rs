//! The statistics themselves, put in order.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
    sync::Arc,
};

use chrono::NaiveDate;
use sportello_entity::{
    AccountId, CategoryId, StatusId, app_user, ticket_category, ticket_status,
    value::{MacroStatus, Priority},
};

use super::{calendar, counts::PRIORITIES, numbers::Numbers, period::Span};
use crate::{Error, Result, category, directory::Directory, log::EventCursor};

/// The numbers of a desk at one place in its log.
#[derive(Clone, Debug)]
pub struct TicketStatistics {
    /// The numbers.
    pub figures: Figures,
    /// The place in the log at which a recount gives the same.
    pub as_of: EventCursor,
    /// The statuses, categories and users of that moment, or newer.
    pub directory: Arc<Directory>,
}

/// The numbers of a desk. What is equal shows the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// How many tickets are open.
    pub open_count: i64,
    /// Open tickets by category, the most first, then by name; None, those without, after the named ones of its size.
    pub open_by_category: Vec<(Option<ticket_category::Model>, i64)>,
    /// Open tickets by status, by position: every status in which work goes on, and any other that has open tickets while
    /// these are being moved.
    pub open_by_status: Vec<(ticket_status::Model, i64)>,
    /// Open tickets by priority, the most urgent first.
    pub open_by_priority: Vec<(Priority, i64)>,
    /// Open tickets by assignee, in the order of categories.
    pub open_by_assignee: Vec<(Option<app_user::Model>, i64)>,
    /// Closing times of the period by category, in the order of categories.
    pub closing_times: Vec<(Option<ticket_category::Model>, ClosingTime)>,
    /// The days of the period: tickets opened, tickets closed.
    pub days: Vec<(NaiveDate, i64, i64)>,
}

/// How long it takes from opening to closing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClosingTime {
    /// Of how many tickets.
    pub count: usize,
    /// On average, in seconds.
    pub mean: f64,
    /// In the middle, in seconds.
    pub median: f64,
    /// Nine of ten are not slower, in seconds.
    pub p90: f64,
}

impl TicketStatistics {
    /// Puts the numbers in order. The directory is at least as new as they are.
    pub(super) fn of(
        account_id: AccountId,
        numbers: Numbers,
        directory: Arc<Directory>,
        span: &Span,
    ) -> Result<Self> {
        let head = numbers.head;
        let as_of = EventCursor { account_id, epoch: head.epoch, sequence: head.sequence };
        let meant = |id: Option<CategoryId>| meant(&directory, id);
        let open_by_category = folded(numbers.categories, meant, |one, other| one + other)?;
        let assignee = |id: Option<_>| match id {
            Some(id) => directory.user(id).cloned().map(Some).ok_or_else(|| unknown("user", id)),
            None => Ok(None),
        };
        let open_by_assignee = folded(numbers.assignees, assignee, |one, other| one + other)?;
        let times = folded(numbers.closing_times, meant, |one, other| [one, other].concat())?;
        let times = times.into_iter().map(|(category, times)| (category, ClosingTime::of(times))).collect();
        let figures = Figures {
            open_count: numbers.priorities.iter().sum(),
            open_by_category: ranked(
                open_by_category,
                |count| *count,
                |row| (row.name_key.clone(), row.id.0),
            ),
            open_by_status: by_status(&directory, &numbers.statuses),
            open_by_priority: PRIORITIES.into_iter().zip(numbers.priorities).rev().collect(),
            open_by_assignee: ranked(
                open_by_assignee,
                |count| *count,
                |row| (row.name.to_lowercase(), row.id.0),
            ),
            closing_times: ranked(times, |time| time.count, |row| (row.name_key.clone(), row.id.0)),
            days: by_day(&numbers.days, span),
        };
        Ok(Self { figures, as_of, directory })
    }
}

/// The category that an id means by now: tickets of a merged one may still be on their way.
fn meant(directory: &Directory, id: Option<CategoryId>) -> Result<Option<ticket_category::Model>> {
    let Some(id) = id else { return Ok(None) };
    category::meant_in(directory, id).cloned().map(Some).ok_or_else(|| unknown("category", id))
}

fn unknown(what: &str, id: impl std::fmt::Display) -> Error {
    Error::Internal(format!("tickets have the {what} {id}, which is not there"))
}

/// What is counted under ids, under the rows that these mean; what means the same is joined.
fn folded<I: Hash + Eq, R: PartialEq, V>(
    counts: HashMap<I, V>,
    meaning: impl Fn(I) -> Result<Option<R>>,
    join: impl Fn(V, V) -> V,
) -> Result<Vec<(Option<R>, V)>> {
    let mut joined: Vec<(Option<R>, V)> = Vec::new();
    for (id, value) in counts {
        let row = meaning(id)?;
        match joined.iter().position(|(other, _)| *other == row) {
            Some(index) => {
                let (row, other) = joined.swap_remove(index);
                joined.push((row, join(other, value)));
            }
            None => joined.push((row, value)),
        }
    }
    Ok(joined)
}

/// The greatest first; of equal ones by name, the nameless last.
fn ranked<R, V, S: Ord, N: Ord>(
    mut counts: Vec<(Option<R>, V)>,
    size: impl Fn(&V) -> S,
    name: impl Fn(&R) -> N,
) -> Vec<(Option<R>, V)> {
    counts.sort_by_cached_key(|(row, value)| {
        (std::cmp::Reverse(size(value)), row.is_none(), row.as_ref().map(&name))
    });
    counts
}

fn by_status(directory: &Directory, counts: &HashMap<StatusId, i64>) -> Vec<(ticket_status::Model, i64)> {
    let counted = directory.statuses.iter().map(|status| {
        let is_listed = status.deleted_at.is_none() && status.macro_status == MacroStatus::InProgress;
        (status, counts.get(&status.id).copied().unwrap_or(0), is_listed)
    });
    let shown = counted.filter(|(_, count, is_listed)| *is_listed || *count != 0);
    shown.map(|(status, count, _)| (status.clone(), count)).collect()
}

fn by_day(counts: &BTreeMap<calendar::Day, (i64, i64)>, span: &Span) -> Vec<(NaiveDate, i64, i64)> {
    let on = |day| counts.get(&day).copied().unwrap_or_default();
    span.days().map(|day| (calendar::date(day), on(day).0, on(day).1)).collect()
}

impl ClosingTime {
    /// Of these times in milliseconds, of which there is at least one.
    #[expect(clippy::cast_precision_loss, reason = "a hundred thousand years of milliseconds are exact")]
    fn of(mut times: Vec<i64>) -> Self {
        times.sort_unstable();
        let count = times.len();
        let sum: i128 = times.iter().map(|time| i128::from(*time)).sum();
        Self {
            count,
            mean: sum as f64 / count as f64 / 1000.0,
            median: percentile(&times, 0.5) / 1000.0,
            p90: percentile(&times, 0.9) / 1000.0,
        }
    }
}

/// SQL's `percentile_cont`: the place `fraction` of the way from the first to the last, interpolated.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places are small and not negative"
)]
fn percentile(sorted: &[i64], fraction: f64) -> f64 {
    let place = fraction * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[place.floor() as usize] as f64, sorted[place.ceil() as usize] as f64);
    low + (high - low) * (place - place.floor())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percentiles_are_those_of_sql() {
        // SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY x), PostgreSQL 16.
        for (times, median, p90) in [
            (vec![7_000], 7.0, 7.0),
            (vec![2_000, 1_000], 1.5, 1.9),
            (vec![4_000, 1_000, 3_000, 2_000], 2.5, 3.7),
            ((1..=11).map(|time| time * 1_000).collect(), 6.0, 10.0),
        ] {
            let time = ClosingTime::of(times);
            assert!((time.median - median).abs() < 1e-9 && (time.p90 - p90).abs() < 1e-9, "{time:?}");
        }
    }

    proptest! {
        #[test]
        fn a_percentile_parts_the_times(mut times in prop::collection::vec(0i64..1_000_000, 1..50), fraction in 0.0..=1.0) {
            times.sort_unstable();
            let value = percentile(&times, fraction);
            let below = times.iter().filter(|time| (**time as f64) < value).count();
            let above = times.iter().filter(|time| (**time as f64) > value).count();
            let most = |share: f64| (share * (times.len() - 1) as f64).ceil() as usize + 1;
            prop_assert!(below <= most(fraction) && above <= most(1.0 - fraction));
        }
    }
}
