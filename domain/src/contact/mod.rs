//! Contacts: the customers of a desk.

mod changes;
mod create;
mod delete;
pub mod email;
mod erase;
mod event;
pub mod fields;
mod find;
mod import;
mod insert;
pub mod list;
pub mod locale;
mod meet;
pub mod phone;
mod renumber;
mod resolve;
mod snapshot;
mod update;

pub use changes::ContactChanges;
pub(crate) use create::blank;
pub use create::{ContactCreate, create};
pub use delete::delete;
pub use fields::{FieldInput, Fields};
pub use find::{ContactBy, find, find_ids};
pub(crate) use find::{known, locked};
pub use import::ContactImport;
pub(crate) use import::import;
pub use meet::{Caller, meet};
pub use renumber::renumber;
pub use resolve::resolve;
pub use snapshot::ContactSnapshot;
pub use update::{ContactUpdate, ContactWritten, update};
