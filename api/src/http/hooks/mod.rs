//! Where systems outside call in.

mod answer;
mod automations;

pub use automations::{Hooks, router};
