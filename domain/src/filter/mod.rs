//! Filters: one value with two readings, a condition in SQL and a question to a ticket in memory.
//!
//! There is no third truth value: what is absent equals nothing, and `not` is the exact complement. The contract's
//! "filtering and ordering" says what each operator means; `tests/filter.rs` holds the readings together.

mod bound;
mod budget;
mod comparison;
mod contact;
mod sql;
mod text;
mod ticket;
mod tree;

pub use bound::{Bound, Moment};
pub use budget::Budget;
pub use comparison::{Choice, Comparison};
pub use contact::{ContactFilter, ContactTerm};
pub use sql::Sql;
pub(crate) use sql::column;
pub use text::TextComparison;
pub(crate) use text::holds_part;
pub use ticket::{Related, TicketFilter, TicketTerm};
pub(crate) use tree::truth;
pub use tree::{Filter, Place};
