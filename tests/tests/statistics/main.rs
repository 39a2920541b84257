//! Statistics are what a recount gives, at every step, on the query and live.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

mod history;
mod limits;
mod oracle;
mod zones;
