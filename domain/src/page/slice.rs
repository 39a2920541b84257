//! Pages of lists that are in memory already: short ones, in an order of their own.

use sea_orm::sea_query::Expr;
use uuid::Uuid;

use super::{Direction, Keyset, ListName, PageCursor, PageInfo, PageRequest};
use crate::error::Result;

/// A page cut out of a list in memory.
pub struct Slice<T> {
    /// The rows with their cursors.
    pub rows: Vec<(String, T)>,
    /// What lies around them.
    pub page_info: PageInfo,
    /// How long the whole list is.
    pub total: usize,
}

impl<T> Slice<T> {
    /// Cuts the page out. The list's order must be that of the ids: rows are found by id, so that a row that has gone
    /// meanwhile is no hindrance.
    ///
    /// # Errors
    /// CURSOR_INVALID or BAD_REQUEST for a cursor that is not of this list.
    pub fn cut(
        items: Vec<T>,
        list: &ListName,
        request: &PageRequest,
        id_of: impl Fn(&T) -> Uuid,
    ) -> Result<Self> {
        let keyset = Keyset { keys: Vec::new(), id: Expr::cust("id"), id_direction: Direction::Ascending };
        let place = |text: &Option<String>, argument: &str| -> Result<Option<Uuid>> {
            let read = text.as_deref().map(|text| list.read(text, argument, &keyset));
            Ok(read.transpose()?.map(|cursor| cursor.id))
        };
        let (after, before) = (place(&request.after, "after")?, place(&request.before, "before")?);
        let total = items.len();
        let mut rows: Vec<T> = items
            .into_iter()
            .filter(|item| after.is_none_or(|after| id_of(item) > after))
            .filter(|item| before.is_none_or(|before| id_of(item) < before))
            .collect();
        let surplus = rows.len().saturating_sub(request.limit);
        if request.is_backward {
            rows.drain(..surplus);
        } else {
            rows.truncate(request.limit);
        }
        let write = |item: T| (list.write(&PageCursor { keys: Vec::new(), id: id_of(&item) }), item);
        let rows: Vec<(String, T)> = rows.into_iter().map(write).collect();
        let cursor = |row: &(String, T)| row.0.clone();
        let ends = (rows.first().map(cursor), rows.last().map(cursor));
        Ok(Self { page_info: PageInfo::new(request, surplus > 0, ends), rows, total })
    }
}
