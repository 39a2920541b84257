//! The numbers of a desk: what is open, how long closing takes, what days bring.
//!
//! Of all tickets they come from counters, which `Counting` keeps in the transaction of every change; of some, by a
//! filter or a search, from the tickets themselves. Either way they are what a recount gives at their place in the log.

mod calendar;
mod closings;
mod counted;
mod counters;
mod counting;
mod counts;
mod figures;
mod filtered;
mod live;
mod numbers;
mod period;
mod read;
mod recent;
mod recount;
mod sizes;
mod totals;

pub(crate) use counting::{Counting, MovedHead, Moves};
pub(crate) use counts::PRIORITIES;
pub use figures::{ClosingTime, Figures, TicketStatistics};
pub use live::{LiveStatistics, Question};
pub use period::Period;
pub use read::{StatisticsQuery, statistics};
pub(crate) use recount::anew;
pub use recount::{Miscount, check, count_uncounted, recount, recount_all};
pub(crate) use sizes::{Sizes, sizes};
pub(crate) use totals::totals;

/// What is kept in memory of statistics.
#[derive(Default)]
pub struct Memory {
    closings: closings::Closings,
    recent: recent::Recent,
    sizes: sizes::Known,
}
