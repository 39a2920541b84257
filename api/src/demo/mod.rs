//! The demo: a shop's desk with sixty days behind it, and a quiet life that goes on.

mod account;
mod automations;
mod fill;
mod live;
mod past;
mod people;
mod plan;
mod play;
mod talk;
#[cfg(test)]
mod tests;
mod texts;

pub use account::{SignIn, is_empty};
pub use fill::fill;
pub use live::live;
