//! What a search text was understood as.

mod query;
mod types;

pub use query::SearchQuery;
