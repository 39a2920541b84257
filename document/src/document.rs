//! A document that passed, and the operations in it.

use std::{
    any::Any,
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use apollo_compiler::{
    Node,
    ast::OperationType,
    executable::{self, Selection, SelectionSet},
};
use async_graphql::{
    Name, Positioned,
    parser::types::{DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition},
};
use serde_json::{Map, Value};

use crate::{
    cost::{Cost, Price},
    definitions::Definitions,
    position::Lines,
    pricing, prune,
    refusal::{Problem, Refusal, RefusalKind},
    variables::{self, Variable},
};

/// A document that was parsed, measured and found valid.
pub struct Document {
    pub(crate) source: Arc<str>,
    pub(crate) executable: ExecutableDocument,
    pub(crate) operations: Vec<Plan>,
    pub(crate) definitions: Arc<Definitions>,
    pub(crate) max_cost: u64,
    /// An estimate of the memory that it takes.
    pub(crate) bytes: usize,
}

impl Document {
    /// The operation of that name; without a name, the only one.
    ///
    /// # Errors
    ///
    /// [`RefusalKind::OperationSelection`] if there is none, or if the name is needed to tell several apart.
    pub fn operation(&self, name: Option<&str>) -> Result<Operation<'_>, Refusal> {
        let plan = match (name, &self.operations[..]) {
            (Some(name), plans) => plans
                .iter()
                .find(|plan| plan.name.as_deref() == Some(name))
                .ok_or_else(|| format!(r#"Unknown operation named "{name}"."#)),
            (None, [plan]) => Ok(plan),
            (None, []) => Err("The document holds no operation.".to_owned()),
            (None, _) => Err("Must provide operation name if query contains multiple operations.".to_owned()),
        };
        let refuse = |message: String| Refusal::new(RefusalKind::OperationSelection, Problem::new(message));
        plan.map(|plan| Operation { document: self, plan }).map_err(refuse)
    }

    /// The whole document in the form that async-graphql executes, for `Request::set_parsed_query`.
    ///
    /// A deep copy, as async-graphql takes it by value; [`Operation::executable`] copies less where there are
    /// several operations.
    pub fn executable(&self) -> ExecutableDocument {
        self.executable.clone()
    }

    /// The text that it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// What kind of operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperationKind {
    /// Reads.
    Query,
    /// Writes.
    Mutation,
    /// Answers more than once.
    Subscription,
}

/// One operation of a valid document.
#[derive(Clone, Copy)]
pub struct Operation<'document> {
    document: &'document Document,
    plan: &'document Plan,
}

impl<'document> Operation<'document> {
    /// Whether it is a query, a mutation or a subscription.
    pub fn kind(&self) -> OperationKind {
        self.plan.kind
    }

    /// Its name, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.plan.name.as_deref()
    }

    /// Holds the variables against their declared types, by the specification's rules for input coercion, and works
    /// out what the operation costs with them.
    ///
    /// Values of variables that the operation does not declare are ignored. Custom scalars take any value here.
    ///
    /// # Errors
    ///
    /// [`RefusalKind::Variables`] with every problem (ten at most); [`RefusalKind::TooComplex`] if the cost is over
    /// the limit.
    pub fn check(&self, variables: &Map<String, Value>) -> Result<Cost, Refusal> {
        let problems = variables::check(&self.document.definitions, &self.plan.variables, variables);
        if let Some(refusal) = Refusal::from_problems(RefusalKind::Variables, problems) {
            return Err(refusal);
        }
        let Cost(points) = self.plan.price.total(variables);
        let limit = self.document.max_cost;
        if points <= limit {
            return Ok(Cost(points));
        }
        let advice = "Ask for smaller pages (first, last) or for fewer lists within lists.";
        let message = format!("The operation costs {points} points; at most {limit} are allowed. {advice}");
        Err(Refusal::new(RefusalKind::TooComplex, Problem::new(message).at(self.plan.location)))
    }

    /// Its definition; the types of its variables have been checked against it.
    pub fn definition(&self) -> Option<&'document OperationDefinition> {
        let operations = &self.document.executable.operations;
        let own = operations.iter().find(|(name, _)| name.map(Name::as_str) == self.name());
        own.map(|(_, definition)| &definition.node)
    }

    /// The fragments that it may spread, by name.
    pub fn fragments(&self) -> &'document HashMap<Name, Positioned<FragmentDefinition>> {
        &self.document.executable.fragments
    }

    /// What was made of it before, or is made now: kept for as long as the document is.
    ///
    /// It should take about as much memory as the operation does. None if something of another type is kept already.
    pub fn kept<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Option<&'document T> {
        self.plan.kept.get_or_init(|| Box::new(make())).downcast_ref()
    }

    /// This operation alone, with its fragments, in the form that async-graphql executes with these variables: what
    /// is a variable that was not given is left out. It keeps its name.
    pub fn executable_with(&self, is_given: impl Fn(&str) -> bool) -> ExecutableDocument {
        let mut document = self.executable();
        prune::prune(&mut document, is_given);
        document
    }

    /// This operation alone, with its fragments, in the form that async-graphql executes. It keeps its name.
    pub fn executable(&self) -> ExecutableDocument {
        let ExecutableDocument { operations, fragments } = &self.document.executable;
        let (Some(name), DocumentOperations::Multiple(named)) = (self.name(), operations) else {
            return self.document.executable();
        };
        let own = named.iter().filter(|(other, _)| **other == name);
        let used = fragments
            .iter()
            .filter(|(fragment, _)| self.plan.fragments.iter().any(|used| **fragment == **used));
        ExecutableDocument {
            operations: DocumentOperations::Multiple(
                own.map(|(name, own)| (name.clone(), own.clone())).collect(),
            ),
            fragments: used.map(|(name, used)| (name.clone(), used.clone())).collect(),
        }
    }
}

/// What is known of an operation before its variables are.
pub(crate) struct Plan {
    kind: OperationKind,
    name: Option<String>,
    location: Option<(usize, usize)>,
    variables: Vec<Variable>,
    price: Price,
    /// The names of the fragments that it leads to.
    fragments: Vec<String>,
    /// What somebody else made of it.
    kept: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Plan {
    pub(crate) fn new(
        definitions: &Definitions,
        document: &executable::ExecutableDocument,
        operation: &Node<executable::Operation>,
        lines: &Lines,
    ) -> Self {
        let mut fragments = Vec::new();
        collect_fragments(document, &operation.selection_set, &mut fragments);
        Self {
            kind: match operation.operation_type {
                OperationType::Query => OperationKind::Query,
                OperationType::Mutation => OperationKind::Mutation,
                OperationType::Subscription => OperationKind::Subscription,
            },
            name: operation.name.as_ref().map(ToString::to_string),
            location: lines.start(operation.location()),
            variables: operation.variables.iter().map(|variable| Variable::new(variable, lines)).collect(),
            price: pricing::price(definitions, document, operation),
            fragments,
            kept: OnceLock::new(),
        }
    }
}

fn collect_fragments(document: &executable::ExecutableDocument, set: &SelectionSet, names: &mut Vec<String>) {
    for selection in &set.selections {
        match selection {
            Selection::Field(field) => collect_fragments(document, &field.selection_set, names),
            Selection::InlineFragment(inline) => collect_fragments(document, &inline.selection_set, names),
            Selection::FragmentSpread(spread) => {
                let name = spread.fragment_name.to_string();
                if let Some(fragment) = spread.fragment_def(document).filter(|_| !names.contains(&name)) {
                    names.push(name);
                    collect_fragments(document, &fragment.selection_set, names);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk;

    const SOURCE: &str = "query A { viewer { ...F } } mutation B { ticketOpen(input: {title: \"x\"}) { ticket { id } } } \
        subscription C { clock } fragment F on User { id }";

    #[test]
    fn picks_operations() {
        let document = desk::documents().prepare(SOURCE).expect("valid");
        for (name, kind) in
            [("A", OperationKind::Query), ("B", OperationKind::Mutation), ("C", OperationKind::Subscription)]
        {
            let operation = document.operation(Some(name)).expect("there is one of that name");
            assert_eq!((operation.name(), operation.kind()), (Some(name), kind));
        }
        for (name, message) in [
            (Some("D"), r#"Unknown operation named "D"."#),
            (None, "Must provide operation name if query contains multiple operations."),
        ] {
            let refusal = document.operation(name).err().expect("nothing to pick");
            assert_eq!(refusal.kind, RefusalKind::OperationSelection);
            assert_eq!(refusal.errors[0].message, message);
        }
        let single = desk::documents().prepare("{ viewer { id } }").expect("valid");
        assert_eq!(single.operation(None).expect("the only one").name(), None);
        assert!(single.operation(Some("A")).is_err());
    }

    #[test]
    fn keeps_what_was_made_of_an_operation() {
        let document = desk::documents().prepare(SOURCE).expect("valid");
        let operation = |name| document.operation(Some(name)).expect("there is one");
        assert_eq!(operation("A").kept(|| 1), Some(&1));
        assert_eq!(operation("A").kept(|| 2), Some(&1));
        assert_eq!(operation("B").kept(|| 3), Some(&3));
        assert_eq!(operation("A").kept(|| "another type"), None);
        assert_eq!(operation("B").definition().expect("a definition").selection_set.node.items.len(), 1);
    }

    #[test]
    fn copies_no_more_than_an_operation_needs() {
        let document = desk::documents().prepare(SOURCE).expect("valid");
        assert_eq!(document.executable().operations.iter().count(), 3);
        for (name, fragments) in [("A", 1), ("B", 0)] {
            let executable = document.operation(Some(name)).expect("there is one").executable();
            let names = executable.operations.iter().map(|(name, _)| name.map(ToString::to_string));
            assert_eq!(names.collect::<Vec<_>>(), [Some(name.to_owned())]);
            assert_eq!(executable.fragments.len(), fragments);
        }
    }
}
