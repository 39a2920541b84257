//! Comparisons of values: ids and closed sets are this or that; numbers and moments are also before or after.

use sea_orm::{
    ExprTrait,
    sea_query::{Expr, Value},
};

use super::tree::truth;

/// Is it one of these. `eq` is a list of one; `neq`, `notIn` and `isNull: false` are complements.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Choice<V> {
    /// Is one of these; of none: nothing is.
    OneOf(Vec<V>),
    /// Is not there.
    IsAbsent,
}

/// One operator over values that have an order, with what it compares to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Comparison<V> {
    /// Is one of these, or not there.
    Is(Choice<V>),
    /// Is greater, or later.
    Above(V),
    /// Is this or greater.
    AtLeast(V),
    /// Is less, or earlier.
    Below(V),
    /// Is this or less.
    AtMost(V),
}

impl<V: PartialEq> Choice<V> {
    /// The reading in memory.
    pub fn holds(&self, value: Option<&V>) -> bool {
        match (self, value) {
            (Self::OneOf(others), Some(value)) => others.contains(value),
            (Self::OneOf(_), None) => false,
            (Self::IsAbsent, value) => value.is_none(),
        }
    }
}

impl<V: Clone + Into<Value>> Choice<V> {
    /// The reading in SQL, over a column that may be NULL or not.
    pub fn expression(&self, column: Expr, is_nullable: bool) -> Expr {
        match self {
            Self::OneOf(others) if others.is_empty() => truth(false),
            Self::OneOf(others) => {
                let listed = column.clone().is_in(others.iter().cloned().map(Expr::val));
                present(column, listed, is_nullable)
            }
            Self::IsAbsent if is_nullable => column.is_null(),
            Self::IsAbsent => truth(false),
        }
    }
}

impl<V: PartialOrd> Comparison<V> {
    /// The reading in memory.
    pub fn holds(&self, value: Option<&V>) -> bool {
        match (self, value) {
            (Self::Is(choice), value) => choice.holds(value),
            (_, None) => false,
            (Self::Above(other), Some(value)) => value > other,
            (Self::AtLeast(other), Some(value)) => value >= other,
            (Self::Below(other), Some(value)) => value < other,
            (Self::AtMost(other), Some(value)) => value <= other,
        }
    }
}

impl<V: Clone + Into<Value>> Comparison<V> {
    /// The reading in SQL, over a column that may be NULL or not.
    pub fn expression(&self, column: Expr, is_nullable: bool) -> Expr {
        let own = column.clone();
        let value = |other: &V| Expr::val(other.clone());
        let compared = match self {
            Self::Is(choice) => return choice.expression(column, is_nullable),
            Self::Above(other) => own.gt(value(other)),
            Self::AtLeast(other) => own.gte(value(other)),
            Self::Below(other) => own.lt(value(other)),
            Self::AtMost(other) => own.lte(value(other)),
        };
        present(column, compared, is_nullable)
    }
}

/// A comparison that is false, not NULL, where the column is.
pub(super) fn present(column: Expr, compared: Expr, is_nullable: bool) -> Expr {
    if is_nullable { column.is_not_null().and(compared) } else { compared }
}
