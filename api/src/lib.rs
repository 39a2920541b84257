//! The desk behind one address: configuration, lifecycle, HTTP, credentials and the GraphQL schema.

pub mod config;
pub mod http;
pub mod telemetry;
