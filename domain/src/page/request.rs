//! Which page a client asks for.

use crate::error::{Error, Result};

/// The arguments of a Relay connection as they came.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    /// How many from the beginning, or after `after`.
    pub first: Option<i32>,
    /// Only what follows this cursor.
    pub after: Option<String>,
    /// How many from the end, or before `before`.
    pub last: Option<i32>,
    /// Only what precedes this cursor.
    pub before: Option<String>,
}

/// A page that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// How many rows at most, 0 to 100.
    pub limit: usize,
    /// Whether the rows are those nearest to the end.
    pub is_backward: bool,
    /// Only what follows this cursor.
    pub after: Option<String>,
    /// Only what precedes this cursor.
    pub before: Option<String>,
}

impl PageRequest {
    /// How many rows a list at the top has when nothing is said.
    pub const DEFAULT: usize = 25;
    /// How many rows a list inside of another has when nothing is said.
    pub const NESTED: usize = 10;
    const MOST: usize = 100;

    /// Checks the arguments. With `before` alone the page is the one right before it.
    ///
    /// # Errors
    /// BAD_REQUEST for first with last, and for a number that is negative or above 100.
    pub fn new(arguments: PageArguments, default: usize) -> Result<Self> {
        let PageArguments { first, after, last, before } = arguments;
        let (limit, is_backward) = match (first, last) {
            (Some(_), Some(_)) => {
                return Err(Error::bad_request(&["last"], "give first or last, not both"));
            }
            (Some(first), None) => (size(first, "first")?, false),
            (None, Some(last)) => (size(last, "last")?, true),
            (None, None) => (default, before.is_some() && after.is_none()),
        };
        Ok(Self { limit, is_backward, after, before })
    }
}

fn size(number: i32, name: &str) -> Result<usize> {
    usize::try_from(number).ok().filter(|size| *size <= PageRequest::MOST).ok_or_else(|| {
        Error::bad_request(&[name], format!("must be from 0 to {}, not {number}", PageRequest::MOST))
    })
}

/// What lies around a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageInfo {
    /// Whether rows follow it.
    pub has_next_page: bool,
    /// Whether rows precede it.
    pub has_previous_page: bool,
    /// The first row's cursor; None on an empty page.
    pub start_cursor: Option<String>,
    /// The last row's cursor.
    pub end_cursor: Option<String>,
}

impl PageInfo {
    /// `has_more`: whether the reading found a row beyond the page, in its direction. On the other side there is, or
    /// was, at least the row that the cursor names. `ends`: the cursors of the first and the last row.
    pub(super) fn new(request: &PageRequest, has_more: bool, ends: (Option<String>, Option<String>)) -> Self {
        let (has_next_page, has_previous_page) = match request.is_backward {
            false => (has_more, request.after.is_some()),
            true => (request.before.is_some(), has_more),
        };
        let (start_cursor, end_cursor) = ends;
        Self { has_next_page, has_previous_page, start_cursor, end_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(first: Option<i32>, last: Option<i32>) -> Result<PageRequest> {
        PageRequest::new(PageArguments { first, last, ..PageArguments::default() }, PageRequest::DEFAULT)
    }

    #[test]
    fn a_page_is_bounded() {
        assert!(matches!(request(None, None), Ok(PageRequest { limit: 25, is_backward: false, .. })));
        assert!(matches!(request(Some(0), None), Ok(PageRequest { limit: 0, .. })));
        assert!(matches!(request(None, Some(100)), Ok(PageRequest { limit: 100, is_backward: true, .. })));
        for (first, last) in [(Some(1), Some(1)), (Some(-1), None), (None, Some(101)), (Some(i32::MIN), None)]
        {
            assert!(matches!(request(first, last), Err(Error::BadRequest { .. })), "{first:?} {last:?}");
        }
    }
}
