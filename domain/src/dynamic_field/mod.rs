//! Dynamic fields: what `%%CODE%%` is filled with.

mod create;
mod list;
mod render;
mod reserved;
mod values;

pub use create::{DynamicFieldCreate, create};
pub use list::{DynamicField, known_codes, known_placeholders, list};
pub use render::{Missing, Placeholder, Text, render};
pub use reserved::{DynamicFieldScope, RESERVED, ReservedField, is_code, is_reserved};
pub use values::{Sources, Values};
