//! What an operation costs.
//!
//! The price is worked out once, as a sum of what is fixed and of what pages sized by variables multiply; with the
//! variables known, adding it up takes no walk over the document.

use serde_json::{Map, Value};

/// What an operation costs at most, in points: one point is one field resolved once.
///
/// A page multiplies what is selected in its `edges` or `nodes` by its size (`first`, `last`, else the schema's
/// default, else 25, nested 10), `nodes(ids:)` by the number of ids, any other list by 10. A page's size counts as
/// 1,000 at most: that it is too large is for the resolver to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost(pub u64);

/// The largest page that is counted.
pub(crate) const MAX_PAGE: u64 = 1_000;

/// A sum of points, some of which depend on variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Price {
    fixed: u64,
    scaled: Vec<(Count, Price)>,
}

/// How many elements a list will have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    Fixed(u64),
    /// The value of a variable, if it is a number; the length, if it is a list; else the default.
    Variable {
        name: String,
        default: u64,
    },
    /// The larger one: `first` and `last` together are the resolver's to refuse.
    Larger(Box<Count>, Box<Count>),
}

impl Price {
    pub(crate) fn of(points: u64) -> Self {
        Self { fixed: points, scaled: Vec::new() }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.fixed = self.fixed.saturating_add(other.fixed);
        self.scaled.extend(other.scaled);
    }

    pub(crate) fn times(self, count: &Count) -> Self {
        match count {
            Count::Fixed(count) if self.scaled.is_empty() => Self::of(self.fixed.saturating_mul(*count)),
            _ if self == Self::default() => self,
            _ => Self { fixed: 0, scaled: vec![(count.clone(), self)] },
        }
    }

    pub(crate) fn total(&self, variables: &Map<String, Value>) -> Cost {
        let scaled = self.scaled.iter().map(|(count, price)| {
            let Cost(each) = price.total(variables);
            each.saturating_mul(count.elements(variables))
        });
        Cost(scaled.fold(self.fixed, u64::saturating_add))
    }
}

impl Count {
    fn elements(&self, variables: &Map<String, Value>) -> u64 {
        match self {
            Self::Fixed(elements) => *elements,
            Self::Larger(one, other) => one.elements(variables).max(other.elements(variables)),
            Self::Variable { name, default } => match variables.get(name) {
                None | Some(Value::Null) => *default,
                Some(Value::Number(number)) => {
                    number.as_i64().map_or(*default, |size| size.max(0) as u64).min(MAX_PAGE)
                }
                Some(Value::Array(list)) => (list.len() as u64).min(MAX_PAGE),
                Some(Value::Bool(_) | Value::String(_) | Value::Object(_)) => 1,
            },
        }
    }
}
