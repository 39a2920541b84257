//! Statistics are what a recount gives, at every step, on the query and live.

mod history;
mod limits;
mod oracle;
mod zones;
