//! Everything that is served besides GraphQL itself, and how connections are.

pub mod graphiql;
pub mod health;
pub mod hooks;
mod journal;
pub mod listener;
pub mod media;
pub mod metrics;
pub mod pages;
pub mod router;
pub mod sdl;
mod trace;
pub mod whatsapp_hook;
