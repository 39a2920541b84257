//! `sportello doctor`.

mod database;
mod examination;
mod live;
mod mail;
mod report;

pub(super) use examination::Doctor;
