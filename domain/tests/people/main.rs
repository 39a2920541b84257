//! Accounts, people, sessions and keys by their commands, on both databases: what gets in, what does not, and for how
//! long.
#![expect(clippy::unwrap_used, reason = "a test says by panicking that it failed")]

#[path = "../databases/mod.rs"]
mod databases;
mod desk;
mod keys;
mod sessions;
mod sign_in;
mod tokens;
mod users;
