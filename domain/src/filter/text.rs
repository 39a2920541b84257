//! Comparisons of texts: `eq` and `in` are exact, `contains` and `startsWith` ignore case and accents.

use sea_orm::{
    DbBackend, ExprTrait,
    sea_query::{Expr, Func},
};

use super::{comparison::present, tree::truth};

/// One operator with the text it compares to, as the client wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TextComparison {
    /// Is this text.
    Equals(String),
    /// Is one of these; of none: nothing is.
    OneOf(Vec<String>),
    /// Holds this text; "" is in every text that is there.
    Contains(String),
    /// Begins with this text.
    StartsWith(String),
    /// Is not there.
    IsAbsent,
}

/// What a text is folded by before `contains` and `startsWith` look at it.
pub(crate) type Folding = fn(&str) -> String;

/// A text column: as it is, and folded.
pub(super) struct TextColumn {
    pub(super) exact: Expr,
    pub(super) folded: Expr,
    pub(super) folding: Folding,
    pub(super) is_nullable: bool,
}

impl TextComparison {
    /// The same comparison to texts in lower case of ASCII: for columns that keep nothing else.
    #[must_use]
    pub fn lower(self) -> Self {
        match self {
            Self::Equals(text) => Self::Equals(text.to_ascii_lowercase()),
            Self::OneOf(texts) => Self::OneOf(texts.iter().map(|text| text.to_ascii_lowercase()).collect()),
            other => other,
        }
    }

    pub(crate) fn holds(&self, value: Option<&str>, folding: Folding) -> bool {
        let Some(value) = value else { return matches!(self, Self::IsAbsent) };
        match self {
            Self::Equals(other) => value == other,
            Self::OneOf(others) => others.iter().any(|other| other == value),
            Self::Contains(part) => folding(value).contains(&folding(part)),
            Self::StartsWith(part) => folding(value).starts_with(&folding(part)),
            Self::IsAbsent => false,
        }
    }

    pub(super) fn expression(&self, column: TextColumn, backend: DbBackend) -> Expr {
        let TextColumn { exact, folded, folding, is_nullable } = column;
        let own = exact.clone();
        let compared = match self {
            Self::Equals(other) => own.eq(other.as_str()),
            Self::OneOf(others) if others.is_empty() => return truth(false),
            Self::OneOf(others) => own.is_in(others.iter().map(String::as_str)),
            Self::Contains(part) => holds_part(folded, &folding(part), backend),
            Self::StartsWith(part) => begins_with(folded, &folding(part)),
            Self::IsAbsent if is_nullable => return own.is_null(),
            Self::IsAbsent => return truth(false),
        };
        present(exact, compared, is_nullable)
    }
}

/// Whether the text of `column` holds `part`, character by character; patterns mean nothing.
pub(crate) fn holds_part(column: Expr, part: &str, backend: DbBackend) -> Expr {
    let position = if backend == DbBackend::Postgres { "strpos" } else { "instr" };
    Expr::expr(Func::cust(position).arg(column).arg(part)).gt(Expr::cust("0"))
}

fn begins_with(column: Expr, part: &str) -> Expr {
    let length = i32::try_from(part.chars().count()).unwrap_or(i32::MAX);
    Expr::expr(Func::cust("substr").arg(column).arg(Expr::cust("1")).arg(Expr::val(length))).eq(part)
}
