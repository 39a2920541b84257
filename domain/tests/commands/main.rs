//! Contacts, statuses and categories by their commands, on both databases: what each writes, tells and refuses, and what
//! comes of many at once.
#![expect(clippy::unwrap_used, reason = "tests")]

mod categories;
mod contacts;
#[path = "../databases/mod.rs"]
mod databases;
mod desk;
mod due;
mod following;
mod imports;
mod kept;
mod restored;
mod statuses;
mod writers;
