//! How much one filter may ask.

use crate::error::{Error, Result};

/// Counts a filter's terms while it is read. At most 100 terms, 8 levels, 100 values a list.
#[derive(Debug, Default)]
pub struct Budget {
    terms: usize,
}

impl Budget {
    const TERMS: usize = 100;
    const LEVELS: usize = 8;
    const LIST: usize = 100;

    /// Takes one term from what is left.
    ///
    /// # Errors
    /// FILTER_TOO_COMPLEX.
    pub fn term(&mut self) -> Result<()> {
        self.terms += 1;
        if self.terms <= Self::TERMS {
            return Ok(());
        }
        Err(Error::FilterTooComplex(format!("a filter may have at most {} terms", Self::TERMS)))
    }

    /// Checks how deep an object of the filter lies; the outermost is at 1.
    ///
    /// # Errors
    /// FILTER_TOO_COMPLEX.
    pub fn level(&self, level: usize) -> Result<()> {
        if level <= Self::LEVELS {
            return Ok(());
        }
        Err(Error::FilterTooComplex(format!("a filter may be at most {} levels deep", Self::LEVELS)))
    }

    /// Checks a list's length: of values, or of filters.
    ///
    /// # Errors
    /// FILTER_TOO_COMPLEX.
    pub fn list(&self, length: usize) -> Result<()> {
        if length <= Self::LIST {
            return Ok(());
        }
        Err(Error::FilterTooComplex(format!(
            "a list in a filter may have at most {} entries; this one has {length}",
            Self::LIST
        )))
    }
}
