//! Reads the price of an operation off the validated document.

use apollo_compiler::{
    Node,
    ast::{FieldDefinition, Value, VariableDefinition},
    executable::{ExecutableDocument, Field, Operation, Selection, SelectionSet},
};

use crate::{
    cost::{Count, MAX_PAGE, Price},
    definitions::{Definitions, PAGE_SIZES, takes_page_size},
};

/// The page of a root field without `first` and `last`.
const ROOT_PAGE: u64 = 25;
/// The page of any other field without `first` and `last`.
const NESTED_PAGE: u64 = 10;
/// What a list counts as that says nothing of its length.
const LIST: u64 = 10;
/// The same for the lists of the introspection system; most are empty.
const INTROSPECTION_LIST: u64 = 3;
/// The types of a schema, as introspection lists them.
const SCHEMA_TYPES: u64 = 100;

/// The price of an operation. Walks the expanded document, so that its size must have been checked.
pub(crate) fn price(
    definitions: &Definitions,
    document: &ExecutableDocument,
    operation: &Operation,
) -> Price {
    let pricing = Pricing { definitions, document, variables: &operation.variables };
    let selected = pricing.selection_set(&operation.selection_set);
    let mut price = selected.once;
    price.add(selected.each.times(&Count::Fixed(LIST)));
    price
}

struct Pricing<'document> {
    definitions: &'document Definitions,
    document: &'document ExecutableDocument,
    variables: &'document [Node<VariableDefinition>],
}

/// The price of a selection set.
#[derive(Default)]
struct Selected {
    once: Price,
    /// What hangs off the lists of a page: to be multiplied by the size of the page, which the field above knows.
    each: Price,
}

impl Selected {
    fn add(&mut self, other: Self) {
        self.once.add(other.once);
        self.each.add(other.each);
    }
}

impl Pricing<'_> {
    fn selection_set(&self, set: &SelectionSet) -> Selected {
        let mut sum = Selected::default();
        for selection in &set.selections {
            sum.add(match selection {
                Selection::Field(field) => self.field(set, field),
                Selection::InlineFragment(inline) => self.selection_set(&inline.selection_set),
                Selection::FragmentSpread(spread) => spread
                    .fragment_def(self.document)
                    .map(|fragment| self.selection_set(&fragment.selection_set))
                    .unwrap_or_default(),
            });
        }
        sum
    }

    fn field(&self, parent: &SelectionSet, field: &Field) -> Selected {
        let below = self.selection_set(&field.selection_set);
        let mut selected = Selected { once: Price::of(1), each: Price::default() };
        let is_list = field.definition.ty.is_list();
        if is_list && self.definitions.is_page(&parent.ty) {
            selected.each = below.once;
            selected.each.add(below.each.times(&Count::Fixed(LIST)));
            return selected;
        }
        let count = self.count(parent, field);
        if is_list {
            selected.once.add(below.once.times(&count));
            selected.once.add(below.each.times(&count));
        } else {
            selected.once.add(below.once);
            selected.once.add(below.each.times(&count));
        }
        selected
    }

    /// How many elements a field's list has, or the lists of the page that the field returns.
    fn count(&self, parent: &SelectionSet, field: &Field) -> Count {
        if takes_page_size(&field.definition) {
            return self.page_size(parent, field);
        }
        if let Some(ids) =
            field.definition.argument_by_name("ids").and_then(|_| self.argument(field, "ids", LIST))
        {
            return ids;
        }
        Count::Fixed(match (parent.ty.as_str(), field.name.as_str()) {
            ("__Schema", "types") => SCHEMA_TYPES,
            (parent, _) if parent.starts_with("__") => INTROSPECTION_LIST,
            _ => LIST,
        })
    }

    fn page_size(&self, parent: &SelectionSet, field: &Field) -> Count {
        let usual = if self.definitions.is_root(&parent.ty) { ROOT_PAGE } else { NESTED_PAGE };
        let default =
            PAGE_SIZES.iter().find_map(|size| schema_default(&field.definition, size)).unwrap_or(usual);
        let mut given = PAGE_SIZES.iter().filter_map(|size| self.argument(field, size, default));
        match (given.next(), given.next()) {
            (None, _) => Count::Fixed(default),
            (Some(size), None) => size,
            (Some(first), Some(last)) => Count::Larger(Box::new(first), Box::new(last)),
        }
    }

    /// The size that an argument gives: a number, or as many as a list has elements. None if it is absent or null.
    fn argument(&self, field: &Field, name: &str, default: u64) -> Option<Count> {
        let value = field.specified_argument_by_name(name)?;
        match &**value {
            Value::Variable(variable) => {
                let definition = self.variables.iter().find(|definition| definition.name == *variable)?;
                let default =
                    definition.default_value.as_ref().and_then(|value| size(value)).unwrap_or(default);
                Some(Count::Variable { name: variable.to_string(), default })
            }
            value => size(value).map(Count::Fixed),
        }
    }
}

fn schema_default(field: &FieldDefinition, argument: &str) -> Option<u64> {
    size(field.argument_by_name(argument)?.default_value.as_ref()?)
}

/// The size that a literal gives; a list counts its elements. None for null.
fn size(value: &Value) -> Option<u64> {
    match value {
        Value::Null => None,
        Value::Int(number) => {
            let number = number.try_to_i32().unwrap_or(i32::MAX);
            Some(u64::try_from(number).unwrap_or(0).min(MAX_PAGE))
        }
        Value::List(items) => Some((items.len() as u64).min(MAX_PAGE)),
        _ => Some(1),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{RefusalKind, desk, documents::tests::INTROSPECTION};

    fn cost(source: &str, variables: Value) -> u64 {
        desk::run(source, variables).unwrap_or_else(|refusal| panic!("{source}: {refusal}")).0
    }

    #[test]
    fn lists_multiply_what_is_below_them() {
        for (source, expected) in [
            ("{ viewer { id name } }", 3),
            // The page of a root field is 25 elements, that of a nested one 10, unless an argument says otherwise.
            ("{ tickets { totalCount } }", 2),
            ("{ tickets { nodes { id title } } }", 1 + 1 + 25 * 2),
            ("{ tickets(first: 3) { nodes { id title } pageInfo { endCursor } } }", 1 + 1 + 3 * 2 + 2),
            ("{ tickets(last: 3) { edges { cursor node { id title } } } }", 1 + 1 + 3 * 4),
            ("{ tickets(first: 3) { edges { node { id } } nodes { id } } }", 1 + (1 + 3 * 2) + (1 + 3)),
            ("{ tickets(first: 3, last: 7) { nodes { id } } }", 1 + 1 + 7),
            ("{ tickets(first: null) { nodes { id } } }", 1 + 1 + 25),
            ("{ tickets(first: -3) { nodes { id } } }", 1 + 1),
            ("{ tickets(first: 2000000) { nodes { id } } }", 1 + 1 + 1000),
            (
                "{ tickets(first: 3) { ...F } } fragment F on TicketConnection { ... { nodes { id } } }",
                1 + 1 + 3,
            ),
            ("{ tickets(first: 2) { nodes { notes { nodes { id } } } } }", 1 + 1 + 2 * (1 + 1 + 10)),
            (
                "{ tickets(first: 2) { nodes { notes(first: 4) { nodes { id body } } } } }",
                1 + 1 + 2 * (1 + 1 + 4 * 2),
            ),
            ("{ changes { events { type } nextCursor } }", 1 + 1 + 100 + 1),
            ("{ users { id } }", 1 + 10),
            ("{ tickets(first: 2) { nodes { tags } } }", 1 + 1 + 2),
            ("{ nodes(ids: [1, 2, 3]) { id } }", 1 + 3),
            ("{ nodes(ids: 1) { id } }", 1 + 1),
        ] {
            assert_eq!(cost(source, json!({})), expected, "{source}");
        }
    }

    #[test]
    fn variables_say_how_long_pages_are() {
        let pages = "query ($n: Int, $m: Int = 4) { tickets(first: $n) { nodes { notes(last: $m) { nodes { id } } } } }";
        for (variables, n, m) in [
            (json!({}), 25, 4),
            (json!({"n": null, "m": null}), 25, 4),
            (json!({"n": 3}), 3, 4),
            (json!({"n": 3, "m": 0}), 3, 0),
            (json!({"n": -1, "m": 7}), 0, 7),
            (json!({"n": 2000000000, "m": 1}), 1000, 1),
        ] {
            assert_eq!(cost(pages, variables.clone()), 2 + n * (2 + m), "{variables}");
        }
        let ids = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        assert_eq!(cost(ids, json!({"ids": ["a", "b"]})), 1 + 2);
        assert_eq!(cost(ids, json!({"ids": "a"})), 1 + 1);
        let one = "query ($id: ID!) { nodes(ids: [$id, 2]) { id } }";
        assert_eq!(cost(one, json!({"id": "a"})), 1 + 2);
    }

    /// A page of tickets as a dashboard asks for it, with what hangs off each.
    fn dashboard(tickets: u32, notes: u32, history: u32) -> String {
        format!(
            "{{ tickets(first: {tickets}) {{
                totalCount eventCursor pageInfo {{ hasNextPage endCursor }}
                edges {{ cursor node {{
                    id reference title description priority openedAt updatedAt closedAt version noteCount tags
                    status {{ id key name color position }}
                    category {{ id name }}
                    contact {{ id name phone }}
                    assignee {{ id name email role }}
                    openedBy {{ __typename ... on User {{ id name }} ... on ApiKey {{ id name }} }}
                    notes(first: {notes}) {{
                        totalCount
                        nodes {{ id body createdAt author {{ __typename ... on User {{ id name }} }} }}
                    }}
                    history(first: {history}) {{ nodes {{
                        sequence type occurredAt actor {{ ... on User {{ id name }} }} changes {{ field before after }}
                    }} }}
                }} }}
            }} }}"
        )
    }

    #[test]
    fn dashboards_pass_and_absurdities_do_not() {
        assert!(cost(&dashboard(100, 10, 10), json!({})) < 100_000);
        assert!(cost(&dashboard(25, 50, 50), json!({})) < 200_000);
        assert!(cost(INTROSPECTION, json!({})) < 100_000);
        let absurd = "{ tickets(first: 100) { nodes { contact { tickets(first: 100) { nodes { notes(first: 100) { nodes { id } } } } } } } }";
        for source in [&dashboard(100, 100, 100), absurd] {
            let refusal = desk::run(source, json!({})).expect_err("too much");
            assert_eq!((refusal.kind, refusal.code()), (RefusalKind::TooComplex, "QUERY_TOO_COMPLEX"));
            assert_eq!(refusal.errors[0].locations, [(1, 1)]);
        }
    }

    #[test]
    fn counts_saturate() {
        let nested = (0..6).fold("id".to_owned(), |below, _| {
            format!("contact {{ tickets(first: 1000) {{ nodes {{ {below} }} }} }}")
        });
        let message =
            desk::messages(&format!("{{ tickets(first: 1000) {{ nodes {{ {nested} }} }} }}"), json!({}));
        assert!(message[0].contains("at most"), "{message:?}");
    }
}
