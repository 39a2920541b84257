//! The command line: one file a command.

mod account;
mod arguments;
mod doctor;
mod export;
mod import;
mod migrate;
mod schema;
mod serve;

pub use arguments::{Arguments, Command};
