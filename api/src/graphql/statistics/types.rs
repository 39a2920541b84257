//! Statistics as clients see them.

use std::{collections::HashMap, sync::Arc};

use async_graphql::SimpleObject;
use sportello_domain::statistics::{self, ClosingTime, Figures};
use sportello_entity::{app_user, ticket_category, ticket_status, value};

use crate::graphql::{
    category::TicketCategory, neighbours::Neighbours, page::count, people::User, scalars::EventCursor,
    status::TicketStatus, ticket::TicketPriority,
};

/// The numbers of a desk. Deleted tickets are out of all of them.
#[derive(SimpleObject)]
pub struct TicketStatistics {
    /// How many tickets are open now: macro-status IN_PROGRESS.
    open_count: i32,
    /// Open tickets by category, where there are any: the most first, equal ones by name.
    open_by_category: Vec<CategoryShare>,
    /// Open tickets by status, by position: all statuses that are IN_PROGRESS, also those without tickets.
    open_by_status: Vec<StatusCount>,
    /// Open tickets by priority, the most urgent first, also priorities without tickets.
    open_by_priority: Vec<PriorityCount>,
    /// Open tickets by assignee, where there are any: the most first, equal ones by name.
    open_by_assignee: Vec<AssigneeCount>,
    /// How long it took from openedAt to closedAt, of the tickets closed in the period: the most first, equal ones by name.
    closing_time_by_category: Vec<CategoryClosingTime>,
    /// What was opened and closed in the period on each of its days, also days without tickets. Days are cut in the
    /// account's time zone.
    opened_and_closed_by_day: Vec<DayCount>,
    /// The place in the log at which a recount gives the same.
    as_of: EventCursor,
}

/// The open tickets of a category.
#[derive(SimpleObject)]
struct CategoryShare {
    /// The category; null: those without.
    category: Option<TicketCategory>,
    /// How many.
    count: i32,
    /// How many of a hundred open tickets; those of all categories sum to 100.
    percentage: f64,
}

/// The open tickets of a status.
#[derive(SimpleObject)]
struct StatusCount {
    /// The status.
    status: TicketStatus,
    /// How many.
    count: i32,
}

/// The open tickets of a priority.
#[derive(SimpleObject)]
struct PriorityCount {
    /// The priority.
    priority: TicketPriority,
    /// How many.
    count: i32,
}

/// The open tickets of an assignee.
#[derive(SimpleObject)]
struct AssigneeCount {
    /// Who works on them; null: nobody.
    assignee: Option<User>,
    /// How many.
    count: i32,
}

/// How long it took to close the tickets of a category.
#[derive(SimpleObject)]
struct CategoryClosingTime {
    /// The category; null: those without.
    category: Option<TicketCategory>,
    /// How many were closed in the period.
    closed_count: i32,
    /// Seconds on average.
    mean_seconds: f64,
    /// Seconds that half of them did not exceed, interpolated as SQL's percentile_cont.
    median_seconds: f64,
    /// Seconds that nine of ten did not exceed, interpolated as SQL's percentile_cont.
    p90_seconds: f64,
}

/// What a day brought.
#[derive(SimpleObject)]
struct DayCount {
    /// The date in the account's time zone, such as `2026-11-25`.
    date: String,
    /// How many tickets were opened.
    opened: i32,
    /// How many tickets have their closedAt on it.
    closed: i32,
}

impl From<statistics::TicketStatistics> for TicketStatistics {
    fn from(read: statistics::TicketStatistics) -> Self {
        Self::of(&read)
    }
}

impl From<Arc<statistics::TicketStatistics>> for TicketStatistics {
    fn from(read: Arc<statistics::TicketStatistics>) -> Self {
        Self::of(&read)
    }
}

impl TicketStatistics {
    fn of(read: &statistics::TicketStatistics) -> Self {
        let statistics::TicketStatistics { figures, as_of, directory } = read;
        let neighbours = Neighbours::of(directory.clone(), HashMap::new());
        let Figures {
            open_count,
            open_by_category,
            open_by_status,
            open_by_priority,
            open_by_assignee,
            closing_times,
            days,
        } = figures;
        let share = |(row, tickets): &_| CategoryShare::of(row, *tickets, *open_count, &neighbours);
        let day = |(date, opened, closed): &(chrono::NaiveDate, i64, i64)| DayCount {
            date: date.to_string(),
            opened: count(*opened),
            closed: count(*closed),
        };
        Self {
            open_count: count(*open_count),
            open_by_category: open_by_category.iter().map(share).collect(),
            open_by_status: each(open_by_status, |(row, count)| StatusCount::of(row, *count, &neighbours)),
            open_by_priority: each(open_by_priority, |(priority, tickets)| {
                PriorityCount::of(*priority, *tickets)
            }),
            open_by_assignee: each(open_by_assignee, |(row, tickets)| AssigneeCount::of(row, *tickets)),
            closing_time_by_category: each(closing_times, |(row, time)| {
                CategoryClosingTime::of(row, time, &neighbours)
            }),
            opened_and_closed_by_day: days.iter().map(day).collect(),
            as_of: as_of.to_string().into(),
        }
    }
}

fn each<R, T>(rows: &[R], show: impl Fn(&R) -> T) -> Vec<T> {
    rows.iter().map(show).collect()
}

fn category(row: &Option<ticket_category::Model>, neighbours: &Arc<Neighbours>) -> Option<TicketCategory> {
    row.clone().map(|row| TicketCategory::new(row, neighbours.clone()))
}

impl CategoryShare {
    #[expect(clippy::cast_precision_loss, reason = "counts of tickets are exact")]
    fn of(
        row: &Option<ticket_category::Model>,
        tickets: i64,
        all: i64,
        neighbours: &Arc<Neighbours>,
    ) -> Self {
        let percentage = tickets as f64 * 100.0 / all as f64;
        Self { category: category(row, neighbours), count: count(tickets), percentage }
    }
}

impl StatusCount {
    fn of(row: &ticket_status::Model, tickets: i64, neighbours: &Arc<Neighbours>) -> Self {
        Self { status: TicketStatus::new(row.clone(), neighbours.clone()), count: count(tickets) }
    }
}

impl PriorityCount {
    fn of(priority: value::Priority, tickets: i64) -> Self {
        Self { priority: priority.into(), count: count(tickets) }
    }
}

impl AssigneeCount {
    fn of(row: &Option<app_user::Model>, tickets: i64) -> Self {
        Self { assignee: row.clone().map(User::from), count: count(tickets) }
    }
}

impl CategoryClosingTime {
    fn of(row: &Option<ticket_category::Model>, time: &ClosingTime, neighbours: &Arc<Neighbours>) -> Self {
        Self {
            category: category(row, neighbours),
            closed_count: count(time.count),
            mean_seconds: time.mean,
            median_seconds: time.median,
            p90_seconds: time.p90,
        }
    }
}
