//! CollectFields of the specification (October 2021, section 6.3.2), over documents that are valid.

use std::{cell::Cell, collections::HashMap};

use async_graphql::{
    Name, Positioned, Variables,
    parser::types::{
        Directive, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet, TypeCondition,
    },
};
use async_graphql_value::ConstValue;

use super::arguments::Values;

/// Why there is no plan.
pub(super) enum Unplanned {
    /// What is selected depends on variables, which were not given.
    NeedsVariables,
    /// Something that is left to the resolvers.
    Unknown,
}

/// A planned part, or why there is none.
pub(super) type Planned<T> = Result<T, Unplanned>;

/// Fields that a plan has at most: a small document with fragments can expand to many.
const MOST_FIELDS: usize = 500;

/// What a selection set stands on.
#[derive(Clone, Copy)]
pub(super) struct Scope {
    /// The object's type.
    pub(super) object: &'static str,
    /// Whether it implements `Node`.
    pub(super) is_node: bool,
    /// The union that the field returns, while no condition has narrowed it, and its members.
    pub(super) union: Option<(&'static str, &'static [&'static str])>,
}

/// Fields of one response key: the first of them, and the selections of all.
pub(super) struct Group<'document> {
    pub(super) field: &'document Field,
    pub(super) sets: Vec<&'document SelectionSet>,
}

/// Collects the fields of one operation.
pub(super) struct Collector<'document> {
    fragments: &'document HashMap<Name, Positioned<FragmentDefinition>>,
    values: Option<Values<'document>>,
    collected: Cell<usize>,
}

impl<'document> Collector<'document> {
    pub(super) fn new(
        operation: &'document OperationDefinition,
        fragments: &'document HashMap<Name, Positioned<FragmentDefinition>>,
        given: Option<&'document Variables>,
    ) -> Self {
        let values = given.map(|given| Values { operation, given });
        Self { fragments, values, collected: Cell::new(0) }
    }

    /// The fields that these selections have on an object, in the order of the answer.
    pub(super) fn fields(
        &self,
        sets: &[&'document SelectionSet],
        scope: Scope,
    ) -> Planned<Vec<Group<'document>>> {
        let mut groups = Vec::new();
        for set in sets {
            self.collect(set, scope, &mut groups)?;
        }
        Ok(groups)
    }

    fn collect(
        &self,
        set: &'document SelectionSet,
        scope: Scope,
        groups: &mut Vec<Group<'document>>,
    ) -> Planned<()> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) if self.includes(&field.node.directives)? => {
                    self.add(&field.node, groups)?;
                }
                Selection::FragmentSpread(spread) if self.includes(&spread.node.directives)? => {
                    let fragment = self.fragments.get(&spread.node.fragment_name.node);
                    let fragment = &fragment.ok_or(Unplanned::Unknown)?.node;
                    if let Some(scope) = narrowed(scope, Some(&fragment.type_condition))? {
                        self.collect(&fragment.selection_set.node, scope, groups)?;
                    }
                }
                Selection::InlineFragment(inline) if self.includes(&inline.node.directives)? => {
                    if let Some(scope) = narrowed(scope, inline.node.type_condition.as_ref())? {
                        self.collect(&inline.node.selection_set.node, scope, groups)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn add(&self, field: &'document Field, groups: &mut Vec<Group<'document>>) -> Planned<()> {
        self.collected.set(self.collected.get() + 1);
        if self.collected.get() > MOST_FIELDS {
            return Err(Unplanned::Unknown);
        }
        let set = &field.selection_set.node;
        let same = |group: &&mut Group<'_>| group.field.response_key().node == field.response_key().node;
        match groups.iter_mut().find(same) {
            Some(group) => group.sets.push(set),
            None => groups.push(Group { field, sets: vec![set] }),
        }
        Ok(())
    }

    fn includes(&self, directives: &[Positioned<Directive>]) -> Planned<bool> {
        let mut includes = true;
        for Positioned { node: directive, .. } in directives {
            let wanted = match directive.name.node.as_str() {
                "include" => true,
                "skip" => false,
                _ => return Err(Unplanned::Unknown),
            };
            let condition = directive.get_argument("if").ok_or(Unplanned::Unknown)?;
            let condition = match (condition.node.clone().into_const(), &self.values) {
                (Some(constant), _) => constant,
                (None, Some(values)) => values.constant(&condition.node)?.ok_or(Unplanned::Unknown)?,
                (None, None) => return Err(Unplanned::NeedsVariables),
            };
            let ConstValue::Boolean(condition) = condition else { return Err(Unplanned::Unknown) };
            includes &= condition == wanted;
        }
        Ok(includes)
    }
}

/// The scope within a fragment; None where it does not apply.
fn narrowed(scope: Scope, condition: Option<&Positioned<TypeCondition>>) -> Planned<Option<Scope>> {
    let Some(condition) = condition.map(|condition| condition.node.on.node.as_str()) else {
        return Ok(Some(scope));
    };
    if condition == scope.object || (condition == "Node" && scope.is_node) {
        return Ok(Some(Scope { union: None, ..scope }));
    }
    match scope.union {
        Some((union, _)) if condition == union => Ok(Some(scope)),
        Some((_, members)) if condition == "Node" || members.contains(&condition) => Ok(None),
        _ => Err(Unplanned::Unknown),
    }
}
