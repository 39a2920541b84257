//! The schema: types and resolvers, a folder a noun. Resolvers translate; rules are the domain's.

pub mod actor;
pub mod category;
pub mod contact;
pub mod context;
pub mod error;
pub mod event;
pub mod id;
pub mod neighbours;
pub mod node;
pub mod page;
pub mod people;
mod schema;
pub mod scalars;
pub mod status;
pub mod ticket;

pub use context::Desk;
pub use schema::{Schema, schema, sdl};
