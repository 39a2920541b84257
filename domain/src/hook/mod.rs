//! What a provider has sent: stored as it came, acknowledged, and only then worked on, in order.

mod body;
mod turn;

pub(crate) use body::DUE;
pub use body::{Outcome, forget_given_up, next, settle, store_body};
pub use turn::{Turn, take_turn};
