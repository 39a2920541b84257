//! The rules on input values that apollo-compiler 1.33 does not check: fields of an input object given twice, OneOf
//! input objects, and variables inside lists and objects whose type may be null, or a list, where that is not allowed.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    ast::{Argument, DirectiveList, InputValueDefinition, Type, Value, VariableDefinition},
    executable::{Operation, Selection, SelectionSet},
};

use crate::{
    definitions::Definitions,
    position::Lines,
    refusal::{MAX_PROBLEMS, Problem},
};

/// All problems of a document that passed apollo-compiler's own rules; ten at most.
pub(crate) fn check(definitions: &Definitions, document: &ExecutableDocument, lines: &Lines) -> Vec<Problem> {
    let mut problems = Vec::new();
    for operation in document.operations.iter() {
        let walk = Walk { definitions, document, lines, operation, seen: HashSet::new(), problems };
        problems = walk.operation();
    }
    problems
}

struct Walk<'document> {
    definitions: &'document Definitions,
    document: &'document ExecutableDocument,
    lines: &'document Lines,
    operation: &'document Operation,
    /// Fragments that this operation has led to already.
    seen: HashSet<&'document Name>,
    problems: Vec<Problem>,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    ty: &'a Type,
    /// Whether leaving the value out is fine even if it must not be null.
    has_default: bool,
    /// The OneOf input object whose field this is.
    one_of: Option<&'a Name>,
}

impl<'a> Place<'a> {
    fn of(definition: &'a InputValueDefinition) -> Self {
        let has_default = definition.default_value.as_ref().is_some_and(|value| !value.is_null());
        Self { ty: &definition.ty, has_default, one_of: None }
    }
}

impl<'document> Walk<'document> {
    fn operation(mut self) -> Vec<Problem> {
        self.directives(&self.operation.directives);
        for variable in &self.operation.variables {
            self.directives(&variable.directives);
            if let Some(default) = &variable.default_value {
                self.value(default, Place { ty: &variable.ty, has_default: false, one_of: None });
            }
        }
        self.selection_set(&self.operation.selection_set);
        self.problems
    }

    fn selection_set(&mut self, set: &'document SelectionSet) {
        for selection in &set.selections {
            if self.problems.len() >= MAX_PROBLEMS {
                return;
            }
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.arguments, &field.definition.arguments);
                    self.selection_set(&field.selection_set);
                }
                Selection::InlineFragment(inline) => self.selection_set(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    if let Some(fragment) = fragment.filter(|fragment| self.seen.insert(&fragment.name)) {
                        self.directives(&fragment.directives);
                        self.selection_set(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &DirectiveList) {
        for directive in directives.iter() {
            if let Some(definition) = self.definitions.schema.directive_definitions.get(&directive.name) {
                self.arguments(&directive.arguments, &definition.arguments);
            }
        }
    }

    fn arguments(&mut self, given: &[Node<Argument>], defined: &[Node<InputValueDefinition>]) {
        for argument in given {
            if let Some(definition) = defined.iter().find(|definition| definition.name == argument.name) {
                self.value(&argument.value, Place::of(definition));
            }
        }
    }

    fn value(&mut self, value: &Node<Value>, place: Place<'_>) {
        match &**value {
            Value::Variable(name) => self.variable(value, name, place),
            Value::List(items) => {
                let place = Place { ty: place.ty.item_type(), has_default: false, one_of: None };
                items.iter().for_each(|item| self.value(item, place));
            }
            Value::Object(fields) => self.object(value, fields, place.ty),
            Value::Null
            | Value::Enum(_)
            | Value::String(_)
            | Value::Float(_)
            | Value::Int(_)
            | Value::Boolean(_) => {
                self.untyped(value);
            }
        }
    }

    fn variable(&mut self, value: &Node<Value>, name: &Name, place: Place<'_>) {
        let Some(variable) = self.operation.variables.iter().find(|variable| variable.name == *name) else {
            return self.report(value, format!(r#"Variable "${name}" is not defined."#));
        };
        if let Some(input) = place.one_of.filter(|_| !variable.ty.is_non_null()) {
            let sentence = "must be non-nullable to be used for OneOf Input Object";
            self.report(value, format!(r#"Variable "${name}" {sentence} "{input}"."#));
        } else if !is_allowed(variable, place) {
            let (given, expected) = (&variable.ty, place.ty);
            let sentence = format!(r#"of type "{given}" used in position expecting type "{expected}""#);
            self.report(value, format!(r#"Variable "${name}" {sentence}."#));
        }
    }

    fn object(&mut self, value: &Node<Value>, fields: &[(Name, Node<Value>)], ty: &Type) {
        let mut seen = HashSet::new();
        for (name, field) in fields {
            if !seen.insert(name) {
                self.report(field, format!(r#"There can be only one input field named "{name}"."#));
            }
        }
        let Some(input) = self.definitions.schema.get_input_object(ty.inner_named_type()) else {
            return fields.iter().for_each(|(_, field)| self.untyped(field));
        };
        let one_of = self.definitions.is_one_of(&input.name).then_some(&input.name);
        if let Some(name) = one_of {
            self.one_of(value, fields, name);
        }
        for (name, field) in fields {
            if let Some(definition) = input.fields.get(name) {
                self.value(field, Place { one_of, ..Place::of(definition) });
            }
        }
    }

    fn one_of(&mut self, value: &Node<Value>, fields: &[(Name, Node<Value>)], input: &Name) {
        match fields {
            [(name, field)] if field.is_null() => {
                self.report(field, format!(r#"Field "{input}.{name}" must be non-null."#));
            }
            [_] => {}
            _ => self.report(value, format!(r#"OneOf Input Object "{input}" must specify exactly one key."#)),
        }
    }

    /// What can be wrong with a value whatever its type: a custom scalar takes anything else.
    fn untyped(&mut self, value: &Node<Value>) {
        match &**value {
            Value::Variable(name)
                if !self.operation.variables.iter().any(|variable| variable.name == *name) =>
            {
                self.report(value, format!(r#"Variable "${name}" is not defined."#));
            }
            Value::Int(number) if number.try_to_f64().is_err() => self.too_large(value),
            Value::Float(number) if number.try_to_f64().is_err() => self.too_large(value),
            Value::List(items) => items.iter().for_each(|item| self.untyped(item)),
            Value::Object(fields) => fields.iter().for_each(|(_, field)| self.untyped(field)),
            _ => {}
        }
    }

    fn too_large(&mut self, value: &Node<Value>) {
        self.report(value, "The number is too large for any number type.".to_owned());
    }

    fn report(&mut self, value: &Node<Value>, message: String) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem::new(message).at(self.lines.start(value.location())));
        }
    }
}

/// `IsVariableUsageAllowed` of the specification.
fn is_allowed(variable: &VariableDefinition, place: Place<'_>) -> bool {
    if !place.ty.is_non_null() || variable.ty.is_non_null() {
        return variable.ty.is_assignable_to(place.ty);
    }
    let has_default = variable.default_value.as_ref().is_some_and(|value| !value.is_null());
    (has_default || place.has_default) && variable.ty.is_assignable_to(&place.ty.clone().nullable())
}
