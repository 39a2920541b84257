//! The schema: types and resolvers, a folder a noun. Resolvers translate; rules are the domain's.

pub(crate) mod actor;
pub(crate) mod automation;
pub(crate) mod category;
pub(crate) mod channel;
pub(crate) mod chat;
pub(crate) mod contact;
pub(crate) mod context;
pub(crate) mod crowd;
mod direct;
pub(crate) mod error;
pub(crate) mod event;
pub(crate) mod id;
pub(crate) mod message;
pub(crate) mod neighbours;
pub(crate) mod node;
pub(crate) mod notification;
pub(crate) mod page;
pub(crate) mod people;
pub(crate) mod presence;
pub(crate) mod scalars;
mod schema;
pub(crate) mod search;
pub(crate) mod sharing;
pub(crate) mod statistics;
pub(crate) mod status;
pub(crate) mod stream;
pub(crate) mod template;
pub(crate) mod ticket;
pub(crate) mod view;
pub(crate) mod webhook;

pub use context::Desk;
pub use direct::DirectRoad;
pub use schema::{Schema, schema, sdl};
