//! The tree that async-graphql executes, made from the one that was validated.
//!
//! Its own parser is not asked: it panics on some escapes in strings, expects a variable's directives before its
//! default, and would read every text a second time.

use std::collections::HashMap;

use apollo_compiler::{Node, ast};
use async_graphql::{
    Name, Positioned,
    parser::types::{
        BaseType, Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition,
        FragmentSpread, InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet, Type,
        TypeCondition, VariableDefinition,
    },
};
use async_graphql_value::Value;

use crate::position::Lines;

/// The executable form of a valid document, and how many nodes it has.
pub(crate) fn convert(document: &ast::Document, lines: &Lines) -> (ExecutableDocument, usize) {
    let mut convert = Convert { lines, nodes: 0 };
    (convert.document(document), convert.nodes)
}

struct Convert<'lines> {
    lines: &'lines Lines,
    nodes: usize,
}

impl Convert<'_> {
    fn document(&mut self, document: &ast::Document) -> ExecutableDocument {
        let mut operations = DocumentOperations::Multiple(Default::default());
        let mut fragments = HashMap::new();
        for definition in &document.definitions {
            match definition {
                ast::Definition::OperationDefinition(operation) => {
                    let converted = self.operation(operation);
                    match (&operation.name, &mut operations) {
                        (Some(name), DocumentOperations::Multiple(named)) => {
                            named.insert(Name::new(name), converted);
                        }
                        _ => operations = DocumentOperations::Single(converted),
                    }
                }
                ast::Definition::FragmentDefinition(fragment) => {
                    fragments.insert(Name::new(&fragment.name), self.fragment(fragment));
                }
                _ => {}
            }
        }
        ExecutableDocument { operations, fragments }
    }

    fn operation(&mut self, operation: &Node<ast::OperationDefinition>) -> Positioned<OperationDefinition> {
        let definition = OperationDefinition {
            ty: match operation.operation_type {
                ast::OperationType::Query => OperationType::Query,
                ast::OperationType::Mutation => OperationType::Mutation,
                ast::OperationType::Subscription => OperationType::Subscription,
            },
            variable_definitions: operation
                .variables
                .iter()
                .map(|variable| self.variable(variable))
                .collect(),
            directives: self.directives(&operation.directives),
            selection_set: self.selection_set(&operation.selection_set, operation),
        };
        self.positioned(operation, definition)
    }

    fn variable(&mut self, variable: &Node<ast::VariableDefinition>) -> Positioned<VariableDefinition> {
        let default = variable.default_value.as_ref();
        let definition = VariableDefinition {
            name: self.name(&variable.name),
            var_type: self.positioned(&variable.ty, type_of(&variable.ty)),
            directives: self.directives(&variable.directives),
            default_value: default.and_then(|value| {
                let constant = self.value(value).into_const()?;
                Some(self.positioned(value, constant))
            }),
        };
        self.positioned(variable, definition)
    }

    fn fragment(&mut self, fragment: &Node<ast::FragmentDefinition>) -> Positioned<FragmentDefinition> {
        let definition = FragmentDefinition {
            type_condition: self.type_condition(&fragment.type_condition),
            directives: self.directives(&fragment.directives),
            selection_set: self.selection_set(&fragment.selection_set, fragment),
        };
        self.positioned(fragment, definition)
    }

    fn selection_set<T>(
        &mut self,
        selections: &[ast::Selection],
        owner: &Node<T>,
    ) -> Positioned<SelectionSet> {
        let items = selections.iter().map(|selection| self.selection(selection)).collect();
        self.positioned(owner, SelectionSet { items })
    }

    fn selection(&mut self, selection: &ast::Selection) -> Positioned<Selection> {
        match selection {
            ast::Selection::Field(field) => {
                let converted = self.field(field);
                let converted = self.positioned(field, converted);
                self.positioned(field, Selection::Field(converted))
            }
            ast::Selection::FragmentSpread(spread) => {
                let converted = FragmentSpread {
                    fragment_name: self.name(&spread.fragment_name),
                    directives: self.directives(&spread.directives),
                };
                let converted = self.positioned(spread, converted);
                self.positioned(spread, Selection::FragmentSpread(converted))
            }
            ast::Selection::InlineFragment(inline) => {
                let converted = InlineFragment {
                    type_condition: inline.type_condition.as_ref().map(|name| self.type_condition(name)),
                    directives: self.directives(&inline.directives),
                    selection_set: self.selection_set(&inline.selection_set, inline),
                };
                let converted = self.positioned(inline, converted);
                self.positioned(inline, Selection::InlineFragment(converted))
            }
        }
    }

    fn field(&mut self, field: &Node<ast::Field>) -> Field {
        Field {
            alias: field.alias.as_ref().map(|alias| self.name(alias)),
            name: self.name(&field.name),
            arguments: self.arguments(&field.arguments),
            directives: self.directives(&field.directives),
            selection_set: self.selection_set(&field.selection_set, field),
        }
    }

    fn directives(&mut self, directives: &ast::DirectiveList) -> Vec<Positioned<Directive>> {
        let directive = |directive: &Node<ast::Directive>| {
            let converted = Directive {
                name: self.name(&directive.name),
                arguments: self.arguments(&directive.arguments),
            };
            self.positioned(directive, converted)
        };
        directives.iter().map(directive).collect()
    }

    fn arguments(&mut self, arguments: &[Node<ast::Argument>]) -> Vec<(Positioned<Name>, Positioned<Value>)> {
        let argument = |argument: &Node<ast::Argument>| {
            let value = self.value(&argument.value);
            (self.name(&argument.name), self.positioned(&argument.value, value))
        };
        arguments.iter().map(argument).collect()
    }

    fn value(&mut self, value: &ast::Value) -> Value {
        self.nodes += 1;
        match value {
            ast::Value::Null => Value::Null,
            ast::Value::Enum(name) => Value::Enum(Name::new(name)),
            ast::Value::Variable(name) => Value::Variable(Name::new(name)),
            ast::Value::String(text) => Value::String(text.clone()),
            ast::Value::Boolean(is) => Value::Boolean(*is),
            ast::Value::Int(number) => self.number(number.as_str()),
            ast::Value::Float(number) => self.number(number.as_str()),
            ast::Value::List(items) => Value::List(items.iter().map(|item| self.value(item)).collect()),
            ast::Value::Object(fields) => Value::Object(
                fields.iter().map(|(name, field)| (Name::new(name), self.value(field))).collect(),
            ),
        }
    }

    fn name(&mut self, name: &apollo_compiler::Name) -> Positioned<Name> {
        let position = self.lines.start(name.location()).unwrap_or_default();
        self.nodes += 1;
        Positioned::new(Name::new(name), position.into())
    }

    /// Numbers that are no finite number do not pass validation.
    fn number(&self, text: &str) -> Value {
        text.parse().map_or(Value::Null, Value::Number)
    }

    fn type_condition(&mut self, name: &apollo_compiler::Name) -> Positioned<TypeCondition> {
        let on = self.name(name);
        Positioned::new(TypeCondition { on: on.clone() }, on.pos)
    }

    fn positioned<N: ?Sized, T>(&mut self, node: &Node<N>, converted: T) -> Positioned<T> {
        self.nodes += 1;
        Positioned::new(converted, self.lines.start(node.location()).unwrap_or_default().into())
    }
}

fn type_of(ty: &ast::Type) -> Type {
    let nullable = !ty.is_non_null();
    let base = match ty {
        ast::Type::Named(name) | ast::Type::NonNullNamed(name) => BaseType::Named(Name::new(name)),
        ast::Type::List(item) | ast::Type::NonNullList(item) => BaseType::List(Box::new(type_of(item))),
    };
    Type { base, nullable }
}
