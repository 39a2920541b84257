//! Variables that were not given: an argument or an input field that is one counts as absent (GraphQL, October 2021,
//! sections 6.4.1 and 3.10), so that its default holds and "absent" is not mistaken for null.

use async_graphql::{
    Name, Positioned,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
    },
};
use async_graphql_value::Value;

/// Takes every argument and input field out that is a variable without value and without default.
pub(crate) fn prune(document: &mut ExecutableDocument, is_given: impl Fn(&str) -> bool) {
    let absent = absent(document, is_given);
    if absent.is_empty() {
        return;
    }
    match &mut document.operations {
        DocumentOperations::Single(operation) => set(&mut operation.node.selection_set.node, &absent),
        DocumentOperations::Multiple(operations) => {
            for operation in operations.values_mut() {
                set(&mut operation.node.selection_set.node, &absent);
            }
        }
    }
    for fragment in document.fragments.values_mut() {
        set(&mut fragment.node.selection_set.node, &absent);
    }
}

fn absent(document: &ExecutableDocument, is_given: impl Fn(&str) -> bool) -> Vec<Name> {
    let of = |operation: &OperationDefinition| -> Vec<Name> {
        let without = operation.variable_definitions.iter().filter(|definition| {
            definition.node.default_value.is_none() && !is_given(definition.node.name.node.as_str())
        });
        without.map(|definition| definition.node.name.node.clone()).collect()
    };
    document.operations.iter().flat_map(|(_, operation)| of(&operation.node)).collect()
}

fn set(selections: &mut SelectionSet, absent: &[Name]) {
    for selection in &mut selections.items {
        match &mut selection.node {
            Selection::Field(field) => {
                arguments(&mut field.node.arguments, absent);
                directives(&mut field.node.directives, absent);
                set(&mut field.node.selection_set.node, absent);
            }
            Selection::InlineFragment(fragment) => {
                directives(&mut fragment.node.directives, absent);
                set(&mut fragment.node.selection_set.node, absent);
            }
            Selection::FragmentSpread(spread) => directives(&mut spread.node.directives, absent),
        }
    }
}

fn directives(directives: &mut [Positioned<Directive>], absent: &[Name]) {
    for directive in directives {
        arguments(&mut directive.node.arguments, absent);
    }
}

fn arguments(arguments: &mut Vec<(Positioned<Name>, Positioned<Value>)>, absent: &[Name]) {
    arguments.retain(|(_, value)| !is_absent(&value.node, absent));
    for (_, argument) in arguments {
        value(&mut argument.node, absent);
    }
}

fn value(value: &mut Value, absent: &[Name]) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !is_absent(field, absent));
            fields.values_mut().for_each(|field| self::value(field, absent));
        }
        Value::List(items) => items.iter_mut().for_each(|item| self::value(item, absent)),
        _ => {}
    }
}

fn is_absent(value: &Value, absent: &[Name]) -> bool {
    matches!(value, Value::Variable(name) if absent.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_is_absent() {
        let text = "query($a: Int, $b: Int = 1, $c: Int) { f(a: $a, b: $b, c: $c, d: { a: $a, c: $c }) { g(a: $a) } }";
        let mut document = async_graphql::parser::parse_query(text).expect("it parses");
        prune(&mut document, |name| name == "c");
        let (_, operation) = document.operations.iter().next().expect("one operation");
        let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else {
            panic!("a field")
        };
        let names: Vec<_> = field.node.arguments.iter().map(|(name, _)| name.node.as_str()).collect();
        assert_eq!(names, ["b", "c", "d"]);
        assert_eq!(field.node.arguments[2].1.node.to_string(), "{c: $c}");
        let Selection::Field(inner) = &field.node.selection_set.node.items[0].node else { panic!("a field") };
        assert!(inner.node.arguments.is_empty());
    }
}
