//! The size of a document with its fragments expanded, without expanding them.
//!
//! Each fragment is walked once and its measure remembered, so the time is linear in the text's length even where the
//! expansion is exponential. Nothing here knows the schema: it runs before validation, to protect validation.

use std::collections::HashMap;

use apollo_compiler::{
    Name, Node,
    ast::{Definition, Document, Field, FragmentDefinition, FragmentSpread, OperationDefinition, Selection},
    parser::SourceSpan,
};

use crate::{
    position::Lines,
    refusal::{Problem, Refusal, RefusalKind},
};

/// How many selection sets may be nested, each fragment spread counted as one.
///
/// async-graphql's executor refuses more than this by default, with a less helpful answer.
pub(crate) const MAX_NESTING: usize = 32;

/// What a selection set holds, fragments expanded. Saturates instead of overflowing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    /// Fields at any level.
    pub(crate) fields: u64,
    /// Fields of the first level.
    pub(crate) root_fields: u64,
    pub(crate) aliases: u64,
    pub(crate) directives: u64,
    /// Levels of ordinary fields.
    pub(crate) depth: usize,
    /// Levels of fields at and below `__schema` and `__type`.
    pub(crate) introspection_depth: usize,
    /// Levels of such fields that lead from a type to other types, and so may go round in circles.
    pub(crate) introspection_lists: usize,
    /// Levels of selection sets below this one.
    nesting: usize,
}

impl Measure {
    fn add(&mut self, other: Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.root_fields = self.root_fields.saturating_add(other.root_fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.depth = self.depth.max(other.depth);
        self.introspection_depth = self.introspection_depth.max(other.introspection_depth);
        self.introspection_lists = self.introspection_lists.max(other.introspection_lists);
        self.nesting = self.nesting.max(other.nesting);
    }
}

/// The measures of a document's parts.
pub(crate) struct Measures<'document> {
    /// Each operation with its measure.
    pub(crate) operations: Vec<(&'document Node<OperationDefinition>, Measure)>,
    /// Fields of all operations and of all fragments that none of them uses.
    pub(crate) fields: u64,
    /// Selections looked at.
    #[cfg(test)]
    pub(crate) steps: usize,
}

/// Measures a document; refuses fragments that spread themselves, and nesting beyond [`MAX_NESTING`].
pub(crate) fn measure<'document>(
    document: &'document Document,
    lines: &Lines,
) -> Result<Measures<'document>, Refusal> {
    let fragments = document.definitions.iter().filter_map(|definition| match definition {
        Definition::FragmentDefinition(fragment) => Some((&fragment.name, Fragment::Unseen(fragment))),
        _ => None,
    });
    let mut walk = Walk { lines, fragments: fragments.collect(), steps: 0 };
    let mut operations = Vec::new();
    let mut fields = 0_u64;
    for operation in document.definitions.iter().filter_map(Definition::as_operation_definition) {
        let mut measure = walk.selection_set(&operation.selection_set, false, 0)?;
        measure.directives = measure.directives.saturating_add(operation.directives.len() as u64);
        fields = fields.saturating_add(measure.fields);
        operations.push((operation, measure));
    }
    for definition in &document.definitions {
        if let Definition::FragmentDefinition(fragment) = definition
            && let Some(Fragment::Unseen(_)) = walk.fragments.get(&fragment.name)
        {
            fields = fields.saturating_add(walk.fragment(&fragment.name, 0)?.fields);
        }
    }
    Ok(Measures {
        operations,
        fields,
        #[cfg(test)]
        steps: walk.steps,
    })
}

enum Fragment<'document> {
    Unseen(&'document FragmentDefinition),
    /// Being measured: a spread of it now is a circle.
    Open,
    Measured(Measure),
}

struct Walk<'document, 'lines> {
    lines: &'lines Lines,
    fragments: HashMap<&'document Name, Fragment<'document>>,
    steps: usize,
}

impl<'document> Walk<'document, '_> {
    fn selection_set(
        &mut self,
        selections: &'document [Selection],
        introspects: bool,
        level: usize,
    ) -> Result<Measure, Refusal> {
        let mut sum = Measure::default();
        for selection in selections {
            self.steps += 1;
            let (measure, directives) = match selection {
                Selection::Field(field) => (self.field(field, introspects, level)?, &field.directives),
                Selection::FragmentSpread(spread) => (self.spread(spread, level)?, &spread.directives),
                Selection::InlineFragment(inline) => {
                    let introspects = inline.type_condition.as_ref().map_or(introspects, is_introspective);
                    let measure = self.below(&inline.selection_set, introspects, level, inline.location())?;
                    (measure, &inline.directives)
                }
            };
            sum.add(measure);
            sum.directives = sum.directives.saturating_add(directives.len() as u64);
        }
        Ok(sum)
    }

    fn field(
        &mut self,
        field: &'document Node<Field>,
        introspects: bool,
        level: usize,
    ) -> Result<Measure, Refusal> {
        let introspects = introspects || matches!(field.name.as_str(), "__schema" | "__type");
        let mut measure = Measure::default();
        if !field.selection_set.is_empty() {
            measure = self.below(&field.selection_set, introspects, level, field.location())?;
        }
        measure.root_fields = 1;
        measure.fields = measure.fields.saturating_add(1);
        measure.aliases = measure.aliases.saturating_add(u64::from(field.alias.is_some()));
        if introspects {
            measure.introspection_depth += 1;
            measure.introspection_lists += usize::from(leads_to_types(&field.name));
        } else {
            measure.depth += 1;
        }
        Ok(measure)
    }

    /// The measure of a selection set one level further down.
    fn below(
        &mut self,
        selections: &'document [Selection],
        introspects: bool,
        level: usize,
        location: Option<SourceSpan>,
    ) -> Result<Measure, Refusal> {
        self.check_nesting(level + 1, location)?;
        let measure = self.selection_set(selections, introspects, level + 1)?;
        Ok(Measure { nesting: measure.nesting + 1, ..measure })
    }

    /// The measure of a spread; nothing for a fragment that is missing, which validation will report.
    fn spread(&mut self, spread: &'document Node<FragmentSpread>, level: usize) -> Result<Measure, Refusal> {
        let name = &spread.fragment_name;
        self.check_nesting(level + 1, spread.location())?;
        let measure = match self.fragments.get(name) {
            None => return Ok(Measure::default()),
            Some(Fragment::Unseen(_)) => self.fragment(name, level + 1)?,
            Some(Fragment::Measured(measure)) => *measure,
            Some(Fragment::Open) => {
                let problem = Problem::new(format!(r#"Cannot spread fragment "{name}" within itself."#));
                let problem = problem.at(self.lines.start(spread.location()));
                return Err(Refusal::new(RefusalKind::Validation, problem));
            }
        };
        self.check_nesting(level + 1 + measure.nesting, spread.location())?;
        Ok(Measure { nesting: measure.nesting + 1, ..measure })
    }

    fn fragment(&mut self, name: &'document Name, level: usize) -> Result<Measure, Refusal> {
        let Some(Fragment::Unseen(fragment)) = self.fragments.insert(name, Fragment::Open) else {
            unreachable!("a fragment is measured when it is first seen");
        };
        let introspects = is_introspective(&fragment.type_condition);
        let mut measure = self.selection_set(&fragment.selection_set, introspects, level)?;
        measure.directives = measure.directives.saturating_add(fragment.directives.len() as u64);
        self.fragments.insert(name, Fragment::Measured(measure));
        Ok(measure)
    }

    fn check_nesting(&self, level: usize, location: Option<SourceSpan>) -> Result<(), Refusal> {
        if level <= MAX_NESTING {
            return Ok(());
        }
        let message =
            format!("Selections are nested more than {MAX_NESTING} levels deep, fragments included.");
        let problem = Problem::new(message).at(self.lines.start(location));
        Err(Refusal::new(RefusalKind::TooDeep, problem))
    }
}

/// Whether a type belongs to the introspection system.
fn is_introspective(name: &Name) -> bool {
    name.starts_with("__")
}

/// Whether a field of the introspection system lists things that have types.
fn leads_to_types(name: &Name) -> bool {
    matches!(name.as_str(), "fields" | "inputFields" | "interfaces" | "possibleTypes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_measures<T>(source: &str, look: impl FnOnce(Result<Measures<'_>, Refusal>) -> T) -> T {
        let document = Document::parse(source, "document.graphql").expect("a document");
        look(measure(&document, &Lines::new(source)))
    }

    fn first(source: &str) -> Measure {
        with_measures(source, |measures| measures.expect("a measure").operations[0].1)
    }

    fn refused(source: &str) -> RefusalKind {
        with_measures(source, |measures| measures.err().expect("a refusal").kind)
    }

    /// Fragments that spread the next one `spreads` times each.
    fn bomb(levels: usize, spreads: usize) -> String {
        let link = |level| {
            format!("fragment F{level} on Q {{ {} }} ", format!("...F{} ", level + 1).repeat(spreads))
        };
        format!("{{ ...F0 }} fragment F{levels} on Q {{ a }} {}", (0..levels).map(link).collect::<String>())
    }

    #[test]
    fn expands_fragments() {
        let measure = first(
            "{ a: b ...F @skip(if: true) ... { c { d } } } fragment F on Q { x: e { ...G } f } fragment G on R { g { h } }",
        );
        assert_eq!(measure.fields, 7);
        assert_eq!(measure.root_fields, 4);
        assert_eq!(measure.aliases, 2);
        assert_eq!(measure.directives, 1);
        assert_eq!(measure.depth, 3);
        assert_eq!(measure.nesting, 4);
    }

    #[test]
    fn measures_introspection_apart() {
        let measure = first(
            "{ a { b } __schema { types { ...T } } } fragment T on __Type { fields { type { fields { name } } } }",
        );
        assert_eq!((measure.depth, measure.introspection_depth, measure.introspection_lists), (2, 6, 2));
    }

    #[test]
    fn a_bomb_takes_as_many_steps_as_it_has_selections() {
        for levels in [8, 16, 30] {
            with_measures(&bomb(levels, 2), |measures| {
                let measures = measures.expect("a measure");
                assert_eq!(measures.fields, 1 << levels);
                assert_eq!(measures.steps, 2 * levels + 2);
            });
        }
        with_measures(&bomb(30, 9), |measures| assert_eq!(measures.expect("a measure").fields, u64::MAX));
    }

    #[test]
    fn counts_fragments_that_nothing_uses() {
        with_measures(&format!("{{ a }} {}", bomb(10, 2).replace("{ ...F0 }", "")), |measures| {
            assert!(measures.expect("a measure").fields > 1 << 10);
        });
    }

    #[test]
    fn refuses_circles_and_long_chains() {
        assert_eq!(
            refused("{ ...A } fragment A on Q { a { ...B } } fragment B on Q { ...A }"),
            RefusalKind::Validation
        );
        assert_eq!(refused("{ a } fragment A on Q { ...A }"), RefusalKind::Validation);
        assert_eq!(refused(&bomb(32, 1)), RefusalKind::TooDeep);
        let nested = |levels| "{ a ".repeat(levels) + &"}".repeat(levels);
        assert_eq!(first(&nested(33)).nesting, 32);
        assert_eq!(refused(&nested(34)), RefusalKind::TooDeep);
    }
}
