//! Holds a document's measure against the limits.

use crate::{
    limits::Limits,
    measure::{Measure, Measures},
    position::Lines,
    refusal::{Problem, Refusal, RefusalKind},
};

/// Levels of fields below `__schema`; the queries of GraphiQL and of code generators need 15 at most.
const MAX_INTROSPECTION_DEPTH: usize = 20;

/// Levels of fields that lead from types to other types; tools need two, circles more.
const MAX_INTROSPECTION_LISTS: usize = 2;

/// Refuses a document of which any operation is over a limit.
pub(crate) fn check(measures: &Measures<'_>, limits: &Limits, lines: &Lines) -> Result<(), Refusal> {
    if measures.fields > limits.max_fields {
        let message = over(
            "The document selects",
            measures.fields,
            "fields with its fragments expanded",
            limits.max_fields,
        );
        return Err(Refusal::new(RefusalKind::TooComplex, Problem::new(message)));
    }
    for (operation, measure) in &measures.operations {
        if let Some((kind, message)) = operation_over(measure, limits) {
            let problem = Problem::new(message).at(lines.start(operation.location()));
            return Err(Refusal::new(kind, problem));
        }
    }
    Ok(())
}

fn operation_over(measure: &Measure, limits: &Limits) -> Option<(RefusalKind, String)> {
    if !limits.introspection && measure.introspection_depth > 0 {
        let message = "Introspection is switched off here: __schema and __type cannot be queried.";
        return Some((RefusalKind::IntrospectionDisabled, message.to_owned()));
    }
    let counts = [
        ("aliases", measure.aliases, limits.max_aliases),
        ("root fields", measure.root_fields, limits.max_root_fields),
        ("directives", measure.directives, limits.max_directives),
    ];
    if let Some((what, count, limit)) = counts.into_iter().find(|(_, count, limit)| count > limit) {
        return Some((RefusalKind::TooComplex, over("The operation has", count, what, limit)));
    }
    let depths = [
        ("levels of fields", measure.depth, limits.max_depth),
        ("levels of introspection", measure.introspection_depth, MAX_INTROSPECTION_DEPTH),
        (
            "levels of types within types in its introspection",
            measure.introspection_lists,
            MAX_INTROSPECTION_LISTS,
        ),
    ];
    let (what, depth, limit) = depths.into_iter().find(|(_, depth, limit)| depth > limit)?;
    Some((RefusalKind::TooDeep, over("The operation has", depth as u64, what, limit as u64)))
}

fn over(what: &str, count: u64, of: &str, limit: u64) -> String {
    format!("{what} {count} {of}; at most {limit} are allowed.")
}
