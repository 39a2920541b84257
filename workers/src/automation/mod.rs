//! Automations under way.

mod runner;

pub use runner::Runner;
