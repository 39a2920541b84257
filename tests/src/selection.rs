//! Random selections of what a schema has, as clients and their tools write them: aliases, fragments of every kind, fields that
//! come again, and parts that variables leave out.

use apollo_compiler::schema::ExtendedType;

use crate::Schema;

/// Makes selections; the same seed makes the same ones.
pub struct Selections<'schema> {
    schema: &'schema Schema,
    state: u64,
    fragments: Vec<String>,
    is_conditional: bool,
}

/// How deep selections go.
const DEPTH: usize = 5;

impl<'schema> Selections<'schema> {
    /// Begins at a seed.
    pub fn new(schema: &'schema Schema, seed: u64) -> Self {
        Self { schema, state: seed, fragments: Vec::new(), is_conditional: false }
    }

    /// A document with the operation `query(variables) { field(arguments) { … } }`, the field being of this type.
    pub fn document(&mut self, variables: &str, field: &str, r#type: &str) -> String {
        self.fragments.clear();
        self.is_conditional = self.one_in(2);
        let selection = self.set(r#type, r#type, DEPTH);
        let mut root = format!("{field} {{ {selection} }}");
        if self.one_in(3) {
            root = format!("... on Query {{ {root} }} __typename");
        }
        let variables = if self.is_conditional {
            root += " yes: __typename @include(if: $yes) no: __typename @include(if: $no)";
            format!("{variables}, $yes: Boolean!, $no: Boolean = false")
        } else {
            variables.to_owned()
        };
        format!("query({variables}) {{ {root} }} {}", self.fragments.join(" "))
    }

    /// A selection on a union, and the fragments that it spreads.
    pub fn on_union(&mut self, union: &str) -> (String, String) {
        self.fragments.clear();
        self.is_conditional = false;
        let selection = self.below_field(union, DEPTH);
        (selection, self.fragments.join(" "))
    }

    /// The parts of a selection on an object, which may stand in a union.
    fn set(&mut self, object: &str, within: &str, depth: usize) -> String {
        let count = 1 + self.below(5);
        let parts: Vec<String> = (0..count).map(|_| self.part(object, within, depth)).collect();
        parts.join(" ")
    }

    fn part(&mut self, object: &str, within: &str, depth: usize) -> String {
        match self.below(if depth == 0 { 7 } else { 10 }) {
            0 => format!("{} __typename {}", self.alias("T", "__typename"), self.condition()),
            7 => format!("... {} {{ {} }}", self.condition(), self.set(object, within, depth - 1)),
            8 => {
                let condition = self.condition();
                format!("... on {object} {condition} {{ {} }}", self.set(object, within, depth - 1))
            }
            9 => self.fragment(object, within, depth),
            _ => self.field(object, within, depth),
        }
    }

    fn fragment(&mut self, object: &str, within: &str, depth: usize) -> String {
        let set = self.set(object, within, depth - 1);
        let name = format!("F{}", self.fragments.len());
        self.fragments.push(format!("fragment {name} on {object} {{ {set} }}"));
        format!("...{name} {}", self.condition())
    }

    fn field(&mut self, object: &str, within: &str, depth: usize) -> String {
        let fields = self.schema.fields(object);
        let is_leaf = |name: &str| {
            let found = self.schema.0.types.get(name);
            found.is_none_or(|found| found.is_scalar() || found.is_enum())
        };
        let eligible: Vec<(String, String, bool)> = fields
            .into_iter()
            .map(|field| (field, field.ty.inner_named_type().to_string()))
            .filter(|(field, inner)| field.arguments.is_empty() && (depth > 0 || is_leaf(inner)))
            .map(|(field, inner)| (field.name.to_string(), inner.clone(), is_leaf(&inner)))
            .collect();
        let Some((name, inner, is_leaf)) = eligible.get(self.below(eligible.len().max(1))).cloned() else {
            return "__typename".to_owned();
        };
        let costly = ["ticketCount", "createdBy", "scopes", "lastUsedAt"].contains(&name.as_str());
        if costly && !self.one_in(8) {
            return "__typename".to_owned();
        }
        let alias = self.alias(if object == within { "a" } else { object }, &name);
        let selection = if is_leaf { String::new() } else { self.below_field(&inner, depth - 1) };
        format!("{alias} {name} {} {selection}", self.condition())
    }

    fn below_field(&mut self, inner: &str, depth: usize) -> String {
        let Some(ExtendedType::Union(union)) = self.schema.0.types.get(inner) else {
            return format!("{{ {} }}", self.set(inner, inner, depth));
        };
        let members: Vec<String> = union.members.iter().map(ToString::to_string).collect();
        let mut parts = vec!["__typename".to_owned()];
        for member in members {
            match self.below(4) {
                0 => {}
                1 if self.is_node(&member) => parts.push("... on Node { id }".to_owned()),
                2 => {
                    let set = self.set(&member, inner, depth.min(1));
                    parts.push(format!("... on {inner} {{ ... on {member} {{ {set} }} }}"));
                }
                _ => parts.push(format!("... on {member} {{ {} }}", self.set(&member, inner, depth.min(1)))),
            }
        }
        format!("{{ {} }}", parts.join(" "))
    }

    fn is_node(&self, object: &str) -> bool {
        let found = self.schema.0.types.get(object).and_then(ExtendedType::as_object);
        found.is_some_and(|object| object.implements_interfaces.iter().any(|name| name.name == "Node"))
    }

    /// One of two keys of a field. Within a union always one with the type's name: fields of its members differ in type.
    fn alias(&mut self, prefix: &str, name: &str) -> String {
        match self.below(3) {
            0 if prefix == "a" => format!("{prefix}_{name}:"),
            _ if prefix == "a" => String::new(),
            0 => format!("{prefix}_{name}_again:"),
            _ => format!("{prefix}_{name}:"),
        }
    }

    fn condition(&mut self) -> &'static str {
        match self.below(12) {
            0 if self.is_conditional => "@include(if: $yes)",
            1 if self.is_conditional => "@include(if: $no)",
            2 if self.is_conditional => "@skip(if: $no) @include(if: $yes)",
            3 if self.is_conditional => "@skip(if: $yes)",
            4 => "@include(if: true)",
            5 => "@skip(if: true)",
            _ => "",
        }
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    /// SplitMix64: <https://prng.di.unimi.it/splitmix64.c>.
    fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).expect("less than a usize")
    }
}
