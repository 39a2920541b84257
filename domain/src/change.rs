//! A field of an update: kept, cleared or set. Absent is not null.

use crate::Refusal;

/// What an update says of one field.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize)]
pub enum Change<T> {
    /// The input does not name the field.
    #[default]
    Keep,
    /// The input says null.
    Clear,
    /// The input gives a value.
    Set(T),
}

impl<T> Change<T> {
    /// Whether the field stays as it is.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The value after the update, given the one before.
    pub fn or(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The value, if one is given.
    pub fn as_set(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            _ => None,
        }
    }

    /// The value after the update, of a field that always has one.
    ///
    /// # Errors
    /// REQUIRED at `field` for null.
    pub fn required(self, current: T, field: &str) -> Result<T, Refusal> {
        self.or(Some(current)).ok_or_else(|| Refusal::null(field))
    }

    /// The same change of another type.
    ///
    /// # Errors
    /// What `convert` answers with.
    pub fn try_map<U, E>(self, convert: impl FnOnce(T) -> Result<U, E>) -> Result<Change<U>, E> {
        Ok(match self {
            Self::Keep => Change::Keep,
            Self::Clear => Change::Clear,
            Self::Set(value) => Change::Set(convert(value)?),
        })
    }
}
