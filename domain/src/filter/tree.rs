//! How terms hang together: and, or, not, over any kind of term.

use std::hash::{Hash, Hasher};

use sea_orm::{ExprTrait, sea_query::Expr};

use crate::error::Result;

/// A condition over terms of kind `T`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Filter<T> {
    /// Everything.
    All,
    /// Nothing.
    None,
    /// What every part takes; of no parts: everything.
    And(Vec<Self>),
    /// What some part takes; of no parts: nothing.
    Or(Vec<Self>),
    /// What the part does not take.
    Not(Box<Self>),
    /// What the term takes, and where a client wrote it.
    Term(T, Place),
}

impl<T> Filter<T> {
    /// A term that stands at `path`.
    pub fn term(term: T, path: &[String]) -> Self {
        Self::Term(term, Place(path.to_vec()))
    }

    /// The exact complement.
    pub fn negated(self) -> Self {
        match self {
            Self::All => Self::None,
            Self::None => Self::All,
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// What all of the parts take, without empty wrapping.
    pub fn all_of(mut parts: Vec<Self>) -> Self {
        match parts.len() {
            0 => Self::All,
            1 => parts.remove(0),
            _ => Self::And(parts),
        }
    }

    /// Whether the filter holds, when `term` says whether one term does.
    pub fn holds(&self, term: &impl Fn(&T) -> bool) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::And(parts) => parts.iter().all(|part| part.holds(term)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(term)),
            Self::Not(part) => !part.holds(term),
            Self::Term(own, _) => term(own),
        }
    }

    /// The filter in SQL, when `term` says one term; true or false, never NULL, as long as the terms are.
    pub fn expression(&self, term: &impl Fn(&T) -> Expr) -> Expr {
        let said = |parts: &[Self]| parts.iter().map(|part| part.expression(term)).collect::<Vec<_>>();
        match self {
            Self::All => truth(true),
            Self::None => truth(false),
            Self::And(parts) => said(parts).into_iter().reduce(Expr::and).unwrap_or_else(|| truth(true)),
            Self::Or(parts) => said(parts).into_iter().reduce(Expr::or).unwrap_or_else(|| truth(false)),
            Self::Not(part) => part.expression(term).not(),
            Self::Term(own, _) => term(own),
        }
    }

    /// Asks every term, from left to right; the first error ends it.
    ///
    /// # Errors
    /// Those of `visit`.
    pub fn try_each(&self, visit: &mut impl FnMut(&T, &Place) -> Result<()>) -> Result<()> {
        match self {
            Self::All | Self::None => Ok(()),
            Self::And(parts) | Self::Or(parts) => parts.iter().try_for_each(|part| part.try_each(visit)),
            Self::Not(part) => part.try_each(visit),
            Self::Term(own, place) => visit(own, place),
        }
    }
}

/// A constant condition.
pub(crate) fn truth(value: bool) -> Expr {
    Expr::Constant(value.into())
}

/// Where a client wrote a term. It makes no difference to what a filter means: all places are equal.
#[derive(Clone, Debug, Default)]
pub struct Place(pub Vec<String>);

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Place {}

impl Hash for Place {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
