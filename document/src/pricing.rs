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
/// The same for the lists of the introspection system.
const INTROSPECTION_LIST: u64 = 5;
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
