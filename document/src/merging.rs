//! How much work the rule of field merging will be, and one case of it that apollo-compiler 1.33 lets pass.
//!
//! Fields of one response name are merged, and so are their selections. Where a field is selected on an interface and
//! again on several of its types, each type merges with the interface's apart; a few kilobytes of such selections,
//! nested, take a validator seconds. So the merging is walked here first, with a bound on its steps.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    ast::{Argument, Value},
    collections::IndexMap,
    executable::{Field, Selection, SelectionSet},
    schema::ExtendedType,
};

use crate::{
    definitions::Definitions,
    position::Lines,
    refusal::{Problem, Refusal, RefusalKind},
};

/// How many fields may be looked at; without overlap, each field of the expanded document is looked at once.
const MAX_STEPS: usize = 30_000;

/// Refuses documents whose merging takes too long; otherwise, pairs of merged fields whose lists differ in length.
pub(crate) fn check(
    definitions: &Definitions,
    document: &ExecutableDocument,
    lines: &Lines,
) -> Result<Vec<Problem>, Refusal> {
    let mut merging = Merging { definitions, document, lines, steps: 0, problems: Vec::new() };
    for operation in document.operations.iter() {
        merging.selections(merging.expand([&operation.selection_set]))?;
    }
    Ok(merging.problems)
}

struct Merging<'document> {
    definitions: &'document Definitions,
    document: &'document ExecutableDocument,
    lines: &'document Lines,
    steps: usize,
    problems: Vec<Problem>,
}

/// A field with the type that it is selected on.
type Selected<'document> = (&'document Name, &'document Node<Field>);

impl<'document> Merging<'document> {
    fn selections(&mut self, selections: Vec<Selected<'document>>) -> Result<(), Refusal> {
        self.steps += selections.len();
        if self.steps > MAX_STEPS {
            let message = "The fields of the document overlap too much: select them once, not on an interface and its types.";
            return Err(Refusal::new(RefusalKind::TooComplex, Problem::new(message)));
        }
        let mut names = IndexMap::<_, Vec<_>>::default();
        for selected in selections {
            names.entry(selected.1.response_key()).or_default().push(selected);
        }
        for same_name in names.into_values() {
            for merged in self.by_type(same_name) {
                self.compare(&merged);
                let below = merged.iter().map(|(_, field)| &field.selection_set);
                let below = self.expand(below.filter(|set| !set.is_empty()));
                if !below.is_empty() {
                    self.selections(below)?;
                }
            }
        }
        Ok(())
    }

    /// The fields of some selection sets, through their fragments.
    fn expand(&self, sets: impl IntoIterator<Item = &'document SelectionSet>) -> Vec<Selected<'document>> {
        let mut sets = sets.into_iter().collect::<Vec<_>>();
        let (mut next, mut seen, mut fields) = (0, HashSet::new(), Vec::new());
        while let Some(set) = sets.get(next).copied() {
            next += 1;
            for selection in &set.selections {
                match selection {
                    Selection::Field(field) => fields.push((&set.ty, field)),
                    Selection::InlineFragment(inline) => sets.push(&inline.selection_set),
                    Selection::FragmentSpread(spread) => {
                        let fragment = self.document.fragments.get(&spread.fragment_name);
                        let fragment = fragment.filter(|fragment| seen.insert(&fragment.name));
                        sets.extend(fragment.map(|fragment| &fragment.selection_set));
                    }
                }
            }
        }
        fields
    }

    /// Splits fields into those that can be of one object: the fields on each object type, with all that are on
    /// interfaces and unions.
    fn by_type(&self, fields: Vec<Selected<'document>>) -> Vec<Vec<Selected<'document>>> {
        let is_object = |(ty, _): &Selected<'_>| {
            matches!(self.definitions.schema.types.get(*ty), Some(ExtendedType::Object(_)))
        };
        let (concrete, general): (Vec<_>, Vec<_>) = fields.into_iter().partition(is_object);
        let mut types = IndexMap::<_, Vec<_>>::default();
        for selected in concrete {
            types.entry(selected.0).or_default().push(selected);
        }
        if types.is_empty() {
            return vec![general];
        }
        types.values_mut().for_each(|fields| fields.extend(&general));
        types.into_values().collect()
    }

    fn compare(&mut self, merged: &[Selected<'document>]) {
        let Some(((_, first), others)) = merged.split_first() else { return };
        for (_, other) in others.iter().filter(|(_, other)| lists_differ(&first.arguments, &other.arguments))
        {
            let name = first.response_key();
            let message = format!(
                "Fields \"{name}\" conflict because they have differing arguments. \
                 Use different aliases on the fields to fetch both if this was intentional."
            );
            let locations = [first, other].map(|field| self.lines.start(field.location()));
            let problem = locations.into_iter().fold(Problem::new(message), Problem::at);
            self.problems.push(problem);
        }
    }
}

fn lists_differ(some: &[Node<Argument>], others: &[Node<Argument>]) -> bool {
    some.iter().any(|one| {
        let other = others.iter().find(|other| other.name == one.name);
        other.is_some_and(|other| lengths_differ(&one.value, &other.value))
    })
}

fn lengths_differ(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::List(one), Value::List(other)) => {
            one.len() != other.len() || one.iter().zip(other).any(|(one, other)| lengths_differ(one, other))
        }
        (Value::Object(one), Value::Object(other)) => one.iter().any(|(name, value)| {
            let other = other.iter().find(|(other, _)| other == name);
            other.is_some_and(|(_, other)| lengths_differ(value, other))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Documents, Limits, desk};

    #[test]
    fn lists_of_other_lengths_do_not_merge() {
        for (one, other, merges) in [
            ("[1]", "[1]", true),
            ("[1]", "[1, 2]", false),
            ("[]", "[1]", false),
            ("{a: {b: [1]}}", "{a: {b: [1, 2]}}", false),
            ("[[1], [2]]", "[[1], [2]]", true),
            ("[[1], [2]]", "[[1], [2, 3]]", false),
        ] {
            let source =
                format!("{{ ...F x: echo(json: {one}) }} fragment F on Query {{ x: echo(json: {other}) }}");
            let messages = desk::messages(&source, serde_json::json!({}));
            assert_eq!(messages.is_empty(), merges, "{source}");
            assert!(messages.iter().all(|message| message.contains("differing arguments")));
        }
    }

    /// Selections on an interface and on each of its types, nested, each with a leaf of its own at the bottom.
    fn overlapping(levels: usize, types: usize) -> String {
        let chain =
            |levels: usize, leaf: String| "event { run { ".repeat(levels) + &leaf + &" } }".repeat(levels);
        let below = (0..levels).rev().fold("id".to_owned(), |below, level| {
            let own = |ty| {
                let leaf = chain(levels - level - 1, format!("a{level}x{ty}: id"));
                format!("... on T{ty} {{ run {{ {leaf} }} }} ")
            };
            format!("event {{ {} run {{ {below} }} }}", (0..types).map(own).collect::<String>())
        });
        format!("{{ {below} }}")
    }

    #[test]
    fn overlap_is_bounded() {
        let types = (0..6).map(|ty| format!("type T{ty} implements E {{ run: R }} ")).collect::<String>();
        let sdl = format!(
            "interface E {{ run: R }} type R {{ id: ID event: E }} {types} type Query {{ event: E }}"
        );
        let documents = Documents::try_new(&sdl, Limits::default()).expect("valid");
        assert!(documents.prepare(&overlapping(3, 6)).is_ok());
        let refusal = documents.prepare(&overlapping(7, 6)).err().expect("3.7 KB, 10 million merges");
        assert_eq!(refusal.kind, RefusalKind::TooComplex);
    }
}
