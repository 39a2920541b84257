//! The specification's rules: apollo-compiler's, and those that it lacks.

use apollo_compiler::{
    ExecutableDocument,
    ast::Document,
    diagnostic::{Diagnostic, ToCliReport},
    parser::Parser,
    validation::{DiagnosticData, DiagnosticList, Valid},
};

use crate::{
    definitions::Definitions,
    position::Lines,
    refusal::{MAX_PROBLEMS, Problem, Refusal, RefusalKind},
    rules,
};

/// Reads the text into a tree.
pub(crate) fn parse(source: &str, lines: &Lines) -> Result<Document, Refusal> {
    Parser::new().parse_ast(source, "document.graphql").map_err(|failed| {
        let problems = problems(&failed.errors, lines, |message| format!("Syntax Error: {message}"));
        refusal(RefusalKind::Syntax, problems)
    })
}

/// Validates by the whole specification. The document must have been measured: the time grows with its expansion.
pub(crate) fn validate(
    definitions: &Definitions,
    document: &Document,
    lines: &Lines,
) -> Result<Valid<ExecutableDocument>, Refusal> {
    let executable = document.to_executable_validate(&definitions.schema).map_err(|failed| {
        refusal(RefusalKind::Validation, problems(&failed.errors, lines, |message| message))
    })?;
    match Refusal::from_problems(RefusalKind::Validation, rules::check(definitions, &executable, lines)) {
        Some(refusal) => Err(refusal),
        None => Ok(executable),
    }
}

/// In graphql-js's words where apollo-compiler has them: what a client's developer has seen before.
fn problems(diagnostics: &DiagnosticList, lines: &Lines, word: impl Fn(String) -> String) -> Vec<Problem> {
    let problem = |diagnostic: Diagnostic<'_, DiagnosticData>| {
        let error = diagnostic.error;
        let message = error.unstable_compat_message().unwrap_or_else(|| error.to_string());
        Problem::new(word(message)).at(lines.start(error.location()))
    };
    diagnostics.iter().take(MAX_PROBLEMS).map(problem).collect()
}

fn refusal(kind: RefusalKind, problems: Vec<Problem>) -> Refusal {
    let unexplained = || Refusal::new(kind, Problem::new("The document is not valid."));
    Refusal::from_problems(kind, problems).unwrap_or_else(unexplained)
}
