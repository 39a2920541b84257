//! What a list is sorted by, and what follows a row in that order.

use sea_orm::{
    ExprTrait,
    sea_query::{BinOper, Expr},
};
use serde::{Deserialize, Serialize};

use super::cursor::PageCursor;

/// Which way a list goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    /// The way back, if `is_reversed`.
    pub(super) fn turned(self, is_reversed: bool) -> Self {
        match (self, is_reversed) {
            (direction, false) => direction,
            (Self::Ascending, true) => Self::Descending,
            (Self::Descending, true) => Self::Ascending,
        }
    }

    fn beyond(self) -> BinOper {
        match self {
            Self::Ascending => BinOper::GreaterThan,
            Self::Descending => BinOper::SmallerThan,
        }
    }

    fn or_here(self) -> BinOper {
        match self {
            Self::Ascending => BinOper::GreaterThanOrEqual,
            Self::Descending => BinOper::SmallerThanOrEqual,
        }
    }
}

/// What kind of value a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum KeyKind {
    Number,
    Text,
}

/// A key's value in one row. What is absent sorts last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the names say it")]
pub enum KeyValue {
    Number(i64),
    Text(String),
    Absent,
}

/// One thing that a list is sorted by. What is absent comes last either way.
#[derive(Clone, Debug)]
pub struct SortKey {
    /// The value, in SQL.
    pub expression: Expr,
    /// Which way.
    pub direction: Direction,
    /// What kind of value it is.
    pub kind: KeyKind,
    /// Whether it may be absent.
    pub is_nullable: bool,
}

/// A total order: the keys, then the id.
#[derive(Clone, Debug)]
pub struct Keyset {
    /// From the most important one on.
    pub keys: Vec<SortKey>,
    /// What breaks ties, in SQL: a UUID, unique in the list.
    pub id: Expr,
    /// Which way ties go.
    pub id_direction: Direction,
}

impl Keyset {
    /// What comes strictly after the place, in this order or in the reversed one.
    pub(super) fn beyond(&self, place: &PageCursor, is_reversed: bool) -> Expr {
        let direction = self.id_direction.turned(is_reversed);
        if self.is_uniform() {
            let columns = self.keys.iter().map(|key| key.expression.clone()).chain([self.id.clone()]);
            let values = place.keys.iter().map(bound).chain([Expr::val(place.id)]);
            return Expr::tuple(columns).binary(direction.beyond(), Expr::tuple(values));
        }
        let ties = self.id.clone().binary(direction.beyond(), Expr::val(place.id));
        let steps = self.keys.iter().zip(&place.keys).rev();
        let expanded = steps.fold(ties, |rest, (key, value)| {
            let here = key.is_at(value).and(rest);
            match key.is_beyond(value, is_reversed) {
                Some(beyond) => beyond.or(here),
                None => here,
            }
        });
        self.start(place, is_reversed).into_iter().fold(expanded, |whole, start| start.and(whole))
    }

    /// Whether an index, or a row value, goes through the list in one direction.
    fn is_uniform(&self) -> bool {
        self.keys.iter().all(|key| !key.is_nullable && key.direction == self.id_direction)
    }

    /// Says nothing new, but lets an index on the first key begin at the right place.
    fn start(&self, place: &PageCursor, is_reversed: bool) -> Option<Expr> {
        let (key, value) = self.keys.first().zip(place.keys.first())?;
        let direction = key.direction.turned(is_reversed);
        (!key.is_nullable).then(|| key.expression.clone().binary(direction.or_here(), bound(value)))
    }
}

impl SortKey {
    fn is_at(&self, value: &KeyValue) -> Expr {
        match value {
            KeyValue::Absent => self.expression.clone().is_null(),
            value => self.expression.clone().eq(bound(value)),
        }
    }

    /// What lies beyond the value; None when nothing can. What is absent lies at the end.
    fn is_beyond(&self, value: &KeyValue, is_reversed: bool) -> Option<Expr> {
        let own = || self.expression.clone();
        if *value == KeyValue::Absent {
            return is_reversed.then(|| own().is_not_null());
        }
        let beyond = own().binary(self.direction.turned(is_reversed).beyond(), bound(value));
        Some(if self.is_nullable && !is_reversed { beyond.or(own().is_null()) } else { beyond })
    }
}

fn bound(value: &KeyValue) -> Expr {
    match value {
        KeyValue::Absent => Expr::null(),
        KeyValue::Number(number) => Expr::val(*number),
        KeyValue::Text(text) => Expr::val(text.as_str()),
    }
}
