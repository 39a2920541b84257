//! Parts of a list that follow each other: the rows with one value of the first key, then those with the next.
//!
//! Where the values are few and known, each part is read along an index of its own, and only the nearest parts are read.

use std::cmp::Ordering;

use sea_orm::{DbBackend, sea_query::Expr};

use super::{
    cursor::PageCursor,
    keyset::{Direction, KeyKind, KeyValue, Keyset},
};

/// One part of a list.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Which of the list's rows.
    pub condition: Expr,
    /// The first key's value in all of them; None: they differ in it, and it is absent in none.
    pub key: Option<KeyValue>,
    /// About how many rows there are.
    pub expected: u64,
    /// What stands behind the table's name and tells SQLite where to begin, if not the list's own.
    pub hint: &'static str,
}

impl Branch {
    /// The order within.
    pub(super) fn keyset(&self, whole: &Keyset) -> Keyset {
        let mut keyset = whole.clone();
        match self.key {
            Some(_) => drop(keyset.keys.remove(0)),
            None => keyset.keys[0].is_nullable = false,
        }
        keyset
    }

    /// Where it lies, seen from a row, in a list whose first key goes this way: Equal where the row may be in it.
    pub(super) fn lies(&self, place: &PageCursor, direction: Direction) -> Ordering {
        match (self.key.as_ref(), &place.keys[0]) {
            (None, KeyValue::Absent) => Ordering::Less,
            (None, _) => Ordering::Equal,
            (Some(own), other) if *own == KeyValue::Absent || *other == KeyValue::Absent => own.cmp(other),
            (Some(own), other) if direction == Direction::Descending => other.cmp(own),
            (Some(own), other) => own.cmp(other),
        }
    }

    /// A row's place among those of this part that share the first key's value.
    pub(super) fn place(&self, place: &PageCursor) -> PageCursor {
        let mut place = place.clone();
        if self.key.is_some() {
            place.keys.remove(0);
        }
        place
    }

    /// The first key's value as it is written: how, and what of it is bound.
    pub(super) fn constant(
        key: &KeyValue,
        kind: KeyKind,
        backend: DbBackend,
    ) -> (&'static str, Expr, &'static str) {
        let value = match key {
            KeyValue::Absent => Expr::null(),
            KeyValue::Number(number) => Expr::val(*number),
            KeyValue::Text(text) => Expr::val(text.as_str()),
        };
        match (kind, backend) {
            (KeyKind::Number, _) => ("CAST(", value, " AS bigint)"),
            // By code point, as the columns are sorted.
            (KeyKind::Text, DbBackend::Postgres) => ("CAST(", value, " AS text) COLLATE \"C\""),
            (KeyKind::Text, _) => ("CAST(", value, " AS text)"),
        }
    }
}
