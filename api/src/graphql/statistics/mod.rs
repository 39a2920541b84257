//! Statistics of tickets.

mod inputs;
mod query;
mod subscription;
mod types;

pub use query::StatisticsQuery;
pub use subscription::StatisticsSubscription;
