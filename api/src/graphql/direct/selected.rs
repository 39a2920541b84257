//! What is selected of an object, in the order of the answer.

use async_graphql::{
    Name,
    parser::types::{Field, SelectionSet},
};

use super::{
    collect::{Collector, Planned, Scope, Unplanned},
    json::Json,
};

/// The fields of an object type that can be written directly.
pub(super) trait Fields: Sized {
    /// The type.
    const OBJECT: &'static str;
    /// Whether it implements `Node`.
    const IS_NODE: bool;

    /// The field of that name, with what is selected below it. Unknown where the resolvers have to be asked.
    fn read(name: &str, below: &Below<'_, '_>) -> Planned<Self>;
}

/// A field that is to be planned, and the selections on it.
pub(super) struct Below<'collector, 'document> {
    pub(super) field: &'document Field,
    collector: &'collector Collector<'document>,
    sets: Vec<&'document SelectionSet>,
}

impl Below<'_, '_> {
    /// What is selected of the object that the field returns.
    pub(super) fn object<F: Fields>(&self) -> Planned<Selected<F>> {
        Selected::of(self.collector, &self.sets, Selected::<F>::scope())
    }

    /// What is selected of the object when the field returns a union of these members.
    pub(super) fn member<F: Fields>(
        &self,
        union: &'static str,
        members: &'static [&'static str],
    ) -> Planned<Selected<F>> {
        let scope = Scope { union: Some((union, members)), ..Selected::<F>::scope() };
        Selected::of(self.collector, &self.sets, scope)
    }
}

/// The selected fields of an object.
pub(super) struct Selected<F>(Vec<Piece<F>>);

struct Piece<F> {
    /// The schema's name of the field.
    name: Name,
    /// What stands before the value: the response key, and for `__typename` the value too.
    label: Box<str>,
    field: Option<F>,
}

impl<F: Fields> Selected<F> {
    fn scope() -> Scope {
        Scope { object: F::OBJECT, is_node: F::IS_NODE, union: None }
    }

    /// What the operation selects at its root.
    pub(super) fn at_root<'document>(
        collector: &Collector<'document>,
        set: &'document SelectionSet,
    ) -> Planned<Self> {
        Self::of(collector, &[set], Self::scope())
    }

    fn of<'document>(
        collector: &Collector<'document>,
        sets: &[&'document SelectionSet],
        scope: Scope,
    ) -> Planned<Self> {
        let groups = collector.fields(sets, scope)?.into_iter();
        let piece = |group: super::collect::Group<'document>| {
            let (name, key) = (&group.field.name.node, &group.field.response_key().node);
            let (label, field) = match name.as_str() {
                "__typename" => (format!("\"{key}\":\"{}\"", F::OBJECT), None),
                name => {
                    let below = Below { field: group.field, collector, sets: group.sets };
                    (format!("\"{key}\":"), Some(F::read(name, &below)?))
                }
            };
            Ok(Piece { name: name.clone(), label: label.into(), field })
        };
        Ok(Self(groups.map(piece).collect::<Planned<_>>()?))
    }
}

impl<F> Selected<F> {
    /// Whether the field of that name is selected, under whichever key.
    pub(super) fn selects(&self, name: &str) -> bool {
        self.0.iter().any(|piece| piece.name == name)
    }

    /// The fields.
    pub(super) fn fields(&self) -> impl Iterator<Item = &F> {
        self.0.iter().filter_map(|piece| piece.field.as_ref())
    }

    /// Writes the object, each value by `write`; None where that gives none.
    pub(super) fn write(
        &self,
        json: &mut Json,
        mut write: impl FnMut(&F, &mut Json) -> Option<()>,
    ) -> Option<()> {
        json.raw("{");
        for (index, piece) in self.0.iter().enumerate() {
            if index > 0 {
                json.raw(",");
            }
            json.raw(&piece.label);
            if let Some(field) = &piece.field {
                write(field, json)?;
            }
        }
        json.raw("}");
        Some(())
    }
}

/// The planned field of a name that stands in no plan.
pub(super) fn unknown<T>() -> Planned<T> {
    Err(Unplanned::Unknown)
}
