//! Reading a row's columns by their places: by name each would be looked up anew in every row.

use sea_orm::{QueryResult, TryGetable};

use crate::error::Result;

/// A row, read from left to right.
pub struct Columns<'row> {
    row: &'row QueryResult,
    next: usize,
}

impl<'row> Columns<'row> {
    /// Begins at this place.
    pub fn from(row: &'row QueryResult, first: usize) -> Self {
        Self { row, next: first }
    }

    /// The next column.
    ///
    /// # Errors
    /// INTERNAL when it is not of this type.
    pub fn take<T: TryGetable>(&mut self) -> Result<T> {
        let value = self.row.try_get_by_index(self.next)?;
        self.next += 1;
        Ok(value)
    }
}
