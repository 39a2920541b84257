//! API keys: what integrators present instead of a user's token.

mod create;
mod find;
mod revoke;
mod snapshot;

pub use create::{ApiKeyCreate, CreatedKey, PREFIX, create};
pub use find::{find, list};
pub use revoke::revoke;
pub(crate) use snapshot::changed;

use crate::Scope;

/// The scopes of a key's column; names that this version does not know grant nothing.
pub fn scopes(column: &str) -> Vec<Scope> {
    column.split(' ').filter_map(Scope::named).collect()
}
