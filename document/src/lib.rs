//! GraphQL documents: parsed once, measured, validated by the whole specification, and kept in a bounded memory.
//!
//! A text becomes a [`Document`] through [`Documents::prepare`] only; what passed is small enough and valid, so that
//! async-graphql may execute it without looking again. Nothing here does I/O or knows what the schema is about.

mod bounds;
mod convert;
mod cost;
mod definitions;
#[cfg(test)]
mod desk;
mod document;
mod documents;
mod limits;
mod measure;
mod merging;
mod position;
mod pricing;
mod prune;
mod refusal;
mod rules;
mod scan;
mod validation;
mod variables;

pub use cost::Cost;
pub use definitions::SchemaError;
pub use document::{Document, Operation, OperationKind};
pub use documents::Documents;
pub use limits::Limits;
pub use refusal::{PathSegment, Problem, Refusal, RefusalKind};
