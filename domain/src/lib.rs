//! The floor of rules: actors and policy, commands, queries, filters and the log.
//!
//! Data flows one way: a command reads, asks [`policy`], applies its rule, writes rows and records events on one
//! [`store`] transaction; whoever wants to know follows the [`log`].

pub mod account;
pub mod actor;
pub mod api_key;
pub mod automation;
pub mod category;
pub mod change;
pub mod channel;
pub mod chat;
pub mod clock;
pub mod contact;
pub mod diagnosis;
pub mod digest;
pub mod directory;
pub mod due;
pub mod dynamic_field;
pub mod error;
pub mod export;
pub mod filter;
pub mod hook;
pub mod live;
pub mod log;
pub mod message;
pub mod notice;
pub mod notification;
pub mod page;
pub mod policy;
pub mod presence;
pub mod seal;
pub mod search;
pub mod session;
pub mod statistics;
pub mod status;
pub mod store;
pub mod template;
pub mod text;
pub mod ticket;
pub mod user;
pub mod view;
pub mod webhook;

pub use actor::{Actor, ActorRef, Who};
pub use change::Change;
pub use error::{Error, FieldChange, Refusal, RefusalCode, RefusalDetail, Result};
pub use policy::{Permission, Scope};
