//! Accounts: one desk each, and the mails that they send to their people.

mod create;
mod event;
mod language;
pub mod mail;
mod snapshot;
mod statuses;
mod update;

pub use create::{CreateAccount, create};
pub(crate) use event::{at_changed, between};
pub use language::Language;
pub use update::{AccountUpdate, update};
