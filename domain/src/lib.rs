//! The floor of rules: actors and policy, commands, queries, filters and the log.
//!
//! Data flows one way: a command reads, asks [`policy`], applies its rule, writes rows and records events on one
//! [`store`] transaction; whoever wants to know follows the [`log`].

pub mod actor;
pub mod error;
pub mod policy;
pub mod text;

pub use actor::{Actor, ActorRef, Who};
pub use error::{Error, FieldChange, Refusal, RefusalCode, RefusalDetail, Result};
pub use policy::{Permission, Scope};
