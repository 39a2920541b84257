//! Arguments with the values that a request gives.

use async_graphql::{InputType, Name, Variables, parser::types::OperationDefinition};
use async_graphql_value::{ConstValue, Value};
use sportello_domain::page::PageArguments;

use super::collect::{Planned, Unplanned};
use crate::graphql::ticket::ListArguments;

/// A field's arguments as the document has them.
pub(super) type Arguments = Vec<(Name, Value)>;

/// The values of an operation's variables.
pub(super) struct Values<'request> {
    pub(super) operation: &'request OperationDefinition,
    pub(super) given: &'request Variables,
}

impl Values<'_> {
    /// What the value is in this request; None for a variable without one, which counts as absent.
    pub(super) fn constant(&self, value: &Value) -> Planned<Option<ConstValue>> {
        Ok(Some(match value {
            Value::Variable(name) => return Ok(self.variable(name)),
            Value::List(items) => {
                let item = |item| self.constant(item)?.ok_or(Unplanned::Unknown);
                ConstValue::List(items.iter().map(item).collect::<Planned<_>>()?)
            }
            Value::Object(fields) => {
                let field = |(name, value): (&Name, &Value)| {
                    Ok(self.constant(value)?.map(|constant| (name.clone(), constant)))
                };
                let fields = fields.iter().map(field).filter_map(Planned::transpose);
                ConstValue::Object(fields.collect::<Planned<_>>()?)
            }
            other => other.clone().into_const().ok_or(Unplanned::Unknown)?,
        }))
    }

    fn variable(&self, name: &Name) -> Option<ConstValue> {
        let definitions = &self.operation.variable_definitions;
        let definition = definitions.iter().find(|definition| definition.node.name.node == *name)?;
        self.given.get(name).or_else(|| definition.node.default_value()).cloned()
    }

    /// An argument, coerced as the resolvers' arguments are.
    fn argument<T: InputType>(&self, arguments: &Arguments, name: &str) -> Planned<T> {
        let value = arguments.iter().find(|(own, _)| own == name).map(|(_, value)| self.constant(value));
        T::parse(value.transpose()?.flatten()).map_err(|_| Unplanned::Unknown)
    }

    /// The arguments of a list of tickets.
    pub(super) fn list(&self, arguments: &Arguments) -> Planned<ListArguments> {
        Ok(ListArguments {
            search: self.argument(arguments, "search")?,
            filter: self.argument(arguments, "where")?,
            order_by: self.argument(arguments, "orderBy")?,
            page: PageArguments {
                first: self.argument(arguments, "first")?,
                after: self.argument(arguments, "after")?,
                last: self.argument(arguments, "last")?,
                before: self.argument(arguments, "before")?,
            },
        })
    }
}
