//! Dynamic fields: what `%%CODE%%` is filled with.

mod create;
mod list;
mod reserved;

pub use create::{DynamicFieldCreate, create};
pub use list::{DynamicField, known_codes, list};
pub use reserved::{DynamicFieldScope, RESERVED, ReservedField, is_code, is_reserved};
