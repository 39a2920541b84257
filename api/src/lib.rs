//! The desk behind one address: configuration, lifecycle, HTTP, credentials and the GraphQL schema.

pub mod command;
pub mod config;
pub mod credential;
pub mod demo;
mod desk;
pub mod graphql;
mod housekeeping;
pub mod http;
pub mod lifecycle;
mod media_links;
pub mod telemetry;
