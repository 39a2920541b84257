//! The floor of rules: actors and policy, commands, queries, filters and the log.
//!
//! Data flows one way: a command reads, asks [`policy`], applies its rule, writes rows and records events on one
//! [`store`] transaction; whoever wants to know follows the [`log`].

pub mod actor;
pub mod change;
pub mod clock;
pub mod directory;
pub mod error;
pub mod log;
pub mod policy;
pub mod store;
pub mod text;

pub use actor::{Actor, ActorRef, Who};
pub use change::Change;
pub use error::{Error, FieldChange, Refusal, RefusalCode, RefusalDetail, Result};
pub use policy::{Permission, Scope};
