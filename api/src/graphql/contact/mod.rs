//! Contacts, and the dynamic fields that they hold values for.

mod connection;
mod dynamic_field;
mod inputs;
mod mutation;
mod query;
mod types;

pub use inputs::{ContactFieldInput, values};
pub use mutation::ContactMutation;
pub use query::ContactQuery;
pub use types::{Contact, ContactField};
