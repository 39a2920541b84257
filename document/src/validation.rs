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
    merging,
    position::Lines,
    refusal::{MAX_PROBLEMS, Problem, Refusal, RefusalKind},
    rules,
};

/// Reads the text into a tree.
pub(crate) fn parse(source: &str, lines: &Lines) -> Result<Document, Refusal> {
    Parser::new().parse_ast(source, "document.graphql").map_err(|failed| {
        let problems = problems(&failed.errors, lines, |message| {
            format!("Syntax Error: {}", message.trim_start_matches("syntax error: "))
        });
        refusal(RefusalKind::Syntax, problems)
    })
}

/// Validates by the whole specification. The document must have been measured: the time grows with its expansion.
///
/// Stricter in one point: a subscription's root field may not be selected twice, even though the two would merge, as
/// async-graphql would run both and answer each event twice.
pub(crate) fn validate(
    definitions: &Definitions,
    document: &Document,
    lines: &Lines,
) -> Result<Valid<ExecutableDocument>, Refusal> {
    let built = document.to_executable(&definitions.schema).unwrap_or_else(|failed| failed.partial);
    let mut found = merging::check(definitions, &built, lines)?;
    let executable = document.to_executable_validate(&definitions.schema).map_err(|failed| {
        refusal(RefusalKind::Validation, problems(&failed.errors, lines, |message| message))
    })?;
    found.extend(rules::check(definitions, &executable, lines));
    match Refusal::from_problems(RefusalKind::Validation, found) {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{RefusalKind, desk};

    #[test]
    fn accepts_what_the_specification_accepts() {
        for source in [
            "{ viewer { id } }",
            "query Q($n: Int = 5) { tickets(first: $n) { totalCount } }",
            "query ($n: Int) { changes(first: $n) { nextCursor } }",
            "query ($n: Int! = 5) { tickets(first: $n) { totalCount } }",
            "query ($d: Direction) { tickets(orderBy: {field: TITLE, direction: $d}) { totalCount } }",
            "query ($a: String!) { tickets(where: {title: {in: [$a, \"b\"]}}) { totalCount } }",
            "query ($id: ID!) { ticket(by: {id: $id}) { title } }",
            "{ echo(json: {a: [1, {b: null}], c: X}) }",
            "query ($x: Int) { echo(json: {a: [1, {b: $x}]}) }",
            "{ echo(matrix: [[1], [2, 3]]) }",
            "{ echo(matrix: 1, fraction: 1, roles: OWNER) }",
            "{ a: viewer { id } a: viewer { name } }",
            "{ node(id: 5) { id ... on User { x: name } ... on ApiKey { x: prefix } } }",
            "query ($f: Boolean!) { viewer { id @skip(if: $f) name @include(if: true) } }",
            "subscription { ticketChanges { ... on TicketChange { event { type } } __typename } }",
            "subscription ($w: TicketWhere) { ...F } fragment F on Subscription { ticketChanges(where: $w) { __typename } }",
            "{ __typename __schema { queryType { name isOneOf } } __type(name: \"User\") { name } }",
            "mutation { ticketOpen(input: {title: \"\"\"\n  block \\\"\"\" è\n\"\"\"}) { ticket { id } userErrors { message } } }",
            "\u{feff}{ viewer { id } } # the end",
        ] {
            assert_eq!(desk::documents().prepare(source).err(), None, "{source}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        let table: &[(&str, &str)] = &[
            // Operations
            (
                "query A { viewer { id } } query A { viewer { id } }",
                "There can be only one operation named \"A\".",
            ),
            (
                "{ viewer { id } } query A { viewer { id } }",
                "This anonymous operation must be the only defined operation.",
            ),
            ("subscription { clock ticketChanges { __typename } }", "must select only one top level field"),
            (
                "subscription { clock ...F } fragment F on Subscription { x: clock }",
                "must select only one top level field",
            ),
            ("subscription { __typename }", "must not select an introspection top level field"),
            (
                "subscription { ...F } fragment F on Subscription { __typename }",
                "must not select an introspection top level field",
            ),
            (
                "subscription ($f: Boolean!) { clock @skip(if: $f) }",
                "can not specify @skip or @include on root fields",
            ),
            (
                "subscription ($f: Boolean!) { ... @include(if: $f) { clock } }",
                "can not specify @skip or @include",
            ),
            ("type User { id: ID }", "The \"User\" definition is not executable."),
            // Fields
            ("{ nothing }", "Cannot query field \"nothing\" on type \"Query\"."),
            ("{ viewer }", "Field \"viewer\" of type \"Query\" must have a selection of subfields."),
            ("{ viewer { id { x } } }", "must not have"),
            ("{ node(id: 1) { name } }", "Cannot query field \"name\" on type \"Node\"."),
            (
                "mutation { __schema { queryType { name } } }",
                "Cannot query field \"__schema\" on type \"Mutation\".",
            ),
            ("{ a: viewer { id } a: users { id } }", "\"a\" conflict"),
            ("{ viewer { x: name } viewer { x: email } }", "\"x\" conflict"),
            ("{ viewer { x: name ...F } } fragment F on User { x: email }", "\"x\" conflict"),
            ("{ node(id: 1) { ... on User { x: role } ... on ApiKey { x: prefix } } }", "\"x\" conflict"),
            ("{ tickets(first: 1) { totalCount } tickets(first: 2) { totalCount } }", "\"tickets\" conflict"),
            // Arguments
            ("{ tickets(frist: 1) { totalCount } }", "Unknown argument \"frist\""),
            (
                "{ tickets(first: 1, first: 1) { totalCount } }",
                "There can be only one argument named \"first\".",
            ),
            ("{ node { id } }", "argument \"id\" of type \"ID!\" is required"),
            ("{ node(id: null) { id } }", "ID"),
            // Fragments
            ("{ ...F } fragment F on User { id }", "can never be of type \"User\""),
            ("{ viewer { ... on Ticket { id } } }", "can never be of type \"Ticket\""),
            ("{ viewer { id } } fragment F on User { id }", "Fragment \"F\" is never used."),
            ("{ ...F }", "Unknown fragment \"F\"."),
            (
                "{ viewer { ...F } } fragment F on User { id } fragment F on User { id }",
                "only one fragment named \"F\"",
            ),
            (
                "{ viewer { ...F } } fragment F on Role { id }",
                "cannot condition on non composite type \"Role\"",
            ),
            ("{ viewer { ...F } } fragment F on Nobody { id }", "Nobody"),
            (
                "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
                "Cannot spread fragment \"A\" within itself.",
            ),
            // Values
            (
                "{ tickets(first: 2147483648) { totalCount } }",
                "Int cannot represent non 32-bit signed integer value",
            ),
            ("{ tickets(first: \"1\") { totalCount } }", "Int cannot represent"),
            ("{ tickets(first: 1.0) { totalCount } }", "Int cannot represent"),
            ("{ echo(flag: 1) }", "Boolean cannot represent"),
            ("{ echo(text: X) }", "String cannot represent"),
            ("{ echo(roles: [OWNR]) }", "Value \"OWNR\" does not exist in \"Role\" enum."),
            ("{ echo(roles: \"OWNER\") }", "cannot represent"),
            ("{ echo(roles: [null]) }", "cannot represent"),
            ("{ echo(matrix: [[1], null]) }", "cannot represent"),
            ("{ echo(json: 1e999) }", "too large"),
            ("{ echo(json: {a: [1e999]}) }", "too large"),
            (
                "{ tickets(where: {titel: {eq: \"a\"}}) { totalCount } }",
                "Field \"titel\" is not defined by type \"TicketWhere\".",
            ),
            (
                "{ tickets(orderBy: [{direction: ASC}]) { totalCount } }",
                "\"TicketOrder.field\" of required type",
            ),
            (
                "{ tickets(where: {title: {eq: \"a\", eq: \"b\"}}) { totalCount } }",
                "There can be only one input field named \"eq\".",
            ),
            ("{ echo(json: {a: 1, a: 2}) }", "There can be only one input field named \"a\"."),
            ("{ ticket(by: {}) { id } }", "OneOf Input Object \"TicketBy\" must specify exactly one key."),
            ("{ ticket(by: {id: 1, reference: \"T-1\"}) { id } }", "must specify exactly one key"),
            ("{ ticket(by: {id: null}) { id } }", "Field \"TicketBy.id\" must be non-null."),
            (
                "{ tickets(where: {and: [{by: {id: null}}]}) { totalCount } }",
                "Field \"TicketBy.id\" must be non-null.",
            ),
            (
                "query ($id: ID) { ticket(by: {id: $id}) { id } }",
                "Variable \"$id\" must be non-nullable to be used for OneOf",
            ),
            ("query ($by: TicketBy! = {}) { ticket(by: $by) { id } }", "must specify exactly one key"),
            // Directives
            ("{ viewer { id @nothing } }", "Unknown directive \"@nothing\"."),
            ("{ viewer { id @skip } }", "argument \"if\" of type \"Boolean!\" is required"),
            ("{ viewer { id @skip(if: true) @skip(if: true) } }", "\"@skip\" can only be used once"),
            ("query @skip(if: true) { viewer { id } }", "\"@skip\" may not be used on QUERY"),
            // Variables
            (
                "query ($a: Int, $a: Int) { tickets(first: $a) { totalCount } }",
                "only one variable named \"$a\"",
            ),
            ("query ($a: User) { tickets(first: $a) { totalCount } }", "non-input type \"User\""),
            ("query ($a: Nobody) { tickets(first: $a) { totalCount } }", "Nobody"),
            ("{ tickets(first: $a) { totalCount } }", "Variable \"$a\" is not defined."),
            (
                "query A { ...F } fragment F on Query { tickets(first: $a) { totalCount } }",
                "Variable \"$a\" is not defined.",
            ),
            ("{ echo(json: {a: [$a]}) }", "Variable \"$a\" is not defined."),
            ("query ($a: Int) { viewer { id } }", "Variable \"$a\" is never used."),
            ("query ($a: Int = \"x\") { tickets(first: $a) { totalCount } }", "Int cannot represent"),
            (
                "query ($a: String) { tickets(first: $a) { totalCount } }",
                "of type \"String\" used in position expecting type \"Int\"",
            ),
            (
                "query ($a: ID) { node(id: $a) { id } }",
                "of type \"ID\" used in position expecting type \"ID!\"",
            ),
            (
                "query ($a: ID = null) { node(id: $a) { id } }",
                "of type \"ID\" used in position expecting type \"ID!\"",
            ),
            (
                "query ($a: [Int]) { tickets(first: $a) { totalCount } }",
                "used in position expecting type \"Int\"",
            ),
            (
                "query ($a: String) { tickets(where: {title: {in: [$a]}}) { totalCount } }",
                "expecting type \"String!\"",
            ),
            (
                "query ($a: [String!]) { tickets(where: {title: {eq: $a}}) { totalCount } }",
                "expecting type \"String\"",
            ),
            (
                "query ($a: OrderField) { tickets(orderBy: {field: $a}) { totalCount } }",
                "expecting type \"OrderField!\"",
            ),
            ("query ($f: Boolean) { viewer { id @skip(if: $f) } }", "expecting type \"Boolean!\""),
        ];
        let mut failures = Vec::new();
        for (source, expected) in table {
            let refusal =
                desk::documents().prepare(source).err().unwrap_or_else(|| panic!("accepted {source}"));
            assert_eq!(refusal.kind, RefusalKind::Validation, "{source}");
            let found = refusal.errors.iter().any(|problem| problem.message.contains(expected));
            if !found {
                failures.push(format!("{source}\n  expected {expected}\n  got {:?}\n", refusal.errors));
            }
            assert!(
                refusal.errors.iter().all(|problem| !problem.locations.is_empty()),
                "{source}: {:?}",
                refusal.errors
            );
        }
        assert!(failures.is_empty(), "{}", failures.concat());
    }

    #[test]
    fn refuses_what_is_no_document() {
        for (source, location) in [
            ("", (1, 1)),
            ("   ", (1, 4)),
            ("{", (1, 2)),
            ("{ }", (1, 3)),
            ("query", (1, 6)),
            ("{ a(b: ) }", (1, 8)),
            ("{ a\n  b(c: \"x\n) }", (2, 8)),
            ("{ a \"\\uD800\" }", (1, 5)),
            ("nonsense { a }", (1, 1)),
            ("{ é }", (1, 3)),
        ] {
            let refusal =
                desk::documents().prepare(source).err().unwrap_or_else(|| panic!("accepted {source}"));
            assert_eq!(refusal.kind, RefusalKind::Syntax, "{source}: {refusal:?}");
            assert_eq!(refusal.errors[0].locations, [location], "{source}: {refusal:?}");
            assert!(refusal.errors[0].message.starts_with("Syntax Error: "), "{refusal:?}");
        }
    }

    #[test]
    fn lists_ten_problems_at_most() {
        let source = format!("{{ {} }}", (0..40).map(|n| format!("f{n} ")).collect::<String>());
        assert_eq!(desk::messages(&source, json!({})).len(), 10);
        let source = format!("{{ ticket(by: {{ {} }}) {{ id }} }}", "id: null ".repeat(40));
        assert_eq!(desk::messages(&source, json!({})).len(), 10);
    }
}
