//! Why a document, or what came with it, is refused.

/// How many problems one refusal lists at most.
pub(crate) const MAX_PROBLEMS: usize = 10;

/// How many characters one problem's message has at most.
const MAX_MESSAGE: usize = 500;

/// What kind of fault led to a refusal. Transports choose the HTTP status by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// The text is not a GraphQL document.
    Syntax,
    /// The document breaks a rule of the specification's chapter on validation.
    Validation,
    /// The operation to run is not named, or not in the document.
    OperationSelection,
    /// The variables do not fit what the operation declares.
    Variables,
    /// The document is nested deeper than the limits allow.
    TooDeep,
    /// The document is larger, or costs more, than the limits allow.
    TooComplex,
    /// The document asks for the schema where that is switched off.
    IntrospectionDisabled,
}

/// A document, an operation or its variables that will not be executed, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .errors.first().map_or("The document was refused.", |problem| problem.message.as_str()))]
pub struct Refusal {
    /// The kind of fault; all of [`Refusal::errors`] are of this kind.
    pub kind: RefusalKind,
    /// At least one problem, at most ten, in the order of the document.
    pub errors: Vec<Problem>,
}

impl Refusal {
    /// The value for `extensions.code`.
    pub fn code(&self) -> &'static str {
        match self.kind {
            RefusalKind::Syntax
            | RefusalKind::Validation
            | RefusalKind::OperationSelection
            | RefusalKind::Variables
            | RefusalKind::IntrospectionDisabled => "BAD_REQUEST",
            RefusalKind::TooDeep => "QUERY_TOO_DEEP",
            RefusalKind::TooComplex => "QUERY_TOO_COMPLEX",
        }
    }

    pub(crate) fn new(kind: RefusalKind, problem: Problem) -> Self {
        Self { kind, errors: vec![problem] }
    }

    /// None where there is no problem; keeps the first ten.
    pub(crate) fn from_problems(kind: RefusalKind, mut errors: Vec<Problem>) -> Option<Self> {
        errors.truncate(MAX_PROBLEMS);
        (!errors.is_empty()).then_some(Self { kind, errors })
    }
}

/// One thing that is wrong: a sentence, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A sentence for the client's developer, at most 500 characters.
    pub message: String,
    /// Lines and columns in the document, both counted from 1, columns in characters.
    pub locations: Vec<(usize, usize)>,
    /// For variables: the variable's name, then the way inside its value. Empty otherwise.
    pub path: Vec<PathSegment>,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: shorten(message.into()), locations: Vec::new(), path: Vec::new() }
    }

    pub(crate) fn at(mut self, location: Option<(usize, usize)>) -> Self {
        self.locations.extend(location);
        self
    }

    pub(crate) fn within(mut self, path: Vec<PathSegment>) -> Self {
        self.path = path;
        self
    }
}

/// One step of a path into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathSegment {
    /// A field of an object, or the variable itself.
    Field(String),
    /// A position in a list, from 0.
    Index(usize),
}

/// Cuts a message that quotes too much of the client's text.
fn shorten(message: String) -> String {
    match message.char_indices().nth(MAX_MESSAGE - 1) {
        Some((end, last)) if message.len() > end + last.len_utf8() => format!("{}…", &message[..end]),
        _ => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_between_characters() {
        assert_eq!(Problem::new("è".repeat(MAX_MESSAGE)).message, "è".repeat(MAX_MESSAGE));
        let cut = Problem::new("è".repeat(MAX_MESSAGE + 1)).message;
        assert_eq!(cut.chars().count(), MAX_MESSAGE);
        assert!(cut.ends_with('…'));
    }
}
