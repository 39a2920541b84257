//! The desk behind one address: configuration, lifecycle, HTTP, credentials and the GraphQL schema.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

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
pub mod open_files;
pub mod telemetry;
