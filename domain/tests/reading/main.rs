//! How lists are read: the two readings of a filter agree, and pages follow their order, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test says by panicking that it failed")]

#[path = "../databases/mod.rs"]
mod databases;
mod desk;
mod filter;
mod list;
mod relevance;
mod search;
