//! The schema as clients see it, for tests that cover all of it by themselves.

use apollo_compiler::{
    Node,
    ast::{InputValueDefinition, Type},
    schema::{Component, ExtendedType, FieldDefinition},
};
use serde_json::{Value as Json, json};

/// A schema that was read from SDL.
pub struct Schema(pub apollo_compiler::Schema);

/// One argument, or one field of an input object.
pub struct Argument {
    /// Its name.
    pub name: String,
    /// Its type.
    pub r#type: Type,
    /// Whether it can be left out.
    pub is_optional: bool,
}

impl Schema {
    /// Reads SDL.
    ///
    /// # Panics
    /// When it is no valid schema.
    pub fn parse(sdl: &str) -> Self {
        let schema = apollo_compiler::Schema::parse_and_validate(sdl, "schema.graphql");
        Self(schema.unwrap_or_else(|invalid| panic!("{}", invalid.errors)).into_inner())
    }

    /// The fields of an object type.
    ///
    /// # Panics
    /// When there is no such type.
    pub fn fields(&self, r#type: &str) -> Vec<&Component<FieldDefinition>> {
        match self.0.types.get(r#type) {
            Some(ExtendedType::Object(object)) => object.fields.values().collect(),
            Some(ExtendedType::Interface(interface)) => interface.fields.values().collect(),
            _ => panic!("a type {type} with fields"),
        }
    }

    /// The names of all mutations.
    pub fn mutations(&self) -> Vec<String> {
        self.fields("Mutation").iter().map(|field| field.name.to_string()).collect()
    }

    /// The fields of an input object; none when it is something else.
    pub fn inputs(&self, r#type: &str) -> Vec<Argument> {
        match self.0.types.get(r#type) {
            Some(ExtendedType::InputObject(object)) => {
                object.fields.values().map(|field| argument(field)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether an input object takes exactly one of its fields.
    pub fn is_one_of(&self, r#type: &str) -> bool {
        self.0.get_input_object(r#type).is_some_and(|object| object.directives.has("oneOf"))
    }

    /// The values of an enum.
    pub fn values(&self, r#type: &str) -> Vec<String> {
        let r#enum = self.0.get_enum(r#type);
        r#enum.map_or_else(Vec::new, |found| found.values.keys().map(ToString::to_string).collect())
    }
}

/// The arguments of a field.
pub fn arguments(field: &FieldDefinition) -> Vec<Argument> {
    field.arguments.iter().map(argument).collect()
}

/// A document that selects one field of a root, with a variable for each of the arguments that have a value.
pub fn document(operation: &str, field: &FieldDefinition, values: &Json, selection: &str) -> String {
    let mut given = arguments(field);
    given.retain(|argument| !values[&argument.name].is_null());
    if given.is_empty() {
        return format!("{operation} {{ {} {selection} }}", field.name);
    }
    let join = |each: fn(&Argument) -> String| given.iter().map(each).collect::<Vec<_>>().join(", ");
    let variables = join(|argument| format!("${}: {}", argument.name, argument.r#type));
    let passed = join(|argument| format!("{0}: ${0}", argument.name));
    format!("{operation}({variables}) {{ {}({passed}) {selection} }}", field.name)
}

fn argument(value: &Node<InputValueDefinition>) -> Argument {
    Argument { name: value.name.to_string(), r#type: (*value.ty).clone(), is_optional: !value.is_required() }
}

impl Schema {
    /// A value of this type that the schema takes: the first of an enum, an "x", only what an input object requires.
    pub fn sample(&self, r#type: &Type) -> Json {
        if r#type.is_list() {
            return json!([self.sample(r#type.item_type())]);
        }
        let name = r#type.inner_named_type().as_str();
        match name {
            "Int" | "Float" | "Sequence" => return json!(1),
            "Boolean" => return json!(true),
            "DateTime" | "DateTimeBound" => return json!("2026-01-01T00:00:00Z"),
            "JSON" => return json!({}),
            _ => {}
        }
        if let Some(value) = self.values(name).first() {
            return json!(value);
        }
        let mut inputs = self.inputs(name);
        if inputs.is_empty() {
            return json!("x");
        }
        if self.is_one_of(name) {
            inputs.truncate(1);
        } else {
            inputs.retain(|input| !input.is_optional);
        }
        let fields = inputs.iter().map(|input| (input.name.clone(), self.sample(&input.r#type)));
        Json::Object(fields.collect())
    }

    /// What a field's arguments must have, as variables.
    pub fn samples(&self, field: &FieldDefinition) -> Json {
        let required = arguments(field).into_iter().filter(|argument| !argument.is_optional);
        Json::Object(required.map(|argument| (argument.name, self.sample(&argument.r#type))).collect())
    }

    /// A selection of everything that a value of this type shows of itself, and of what it points at.
    pub fn selection(&self, r#type: &str, depth: usize) -> String {
        if self.0.types.get(r#type).is_none_or(|found| found.is_scalar() || found.is_enum()) {
            return String::new();
        }
        let objects = self.objects(r#type);
        let parts =
            objects.iter().map(|object| format!("... on {object} {{ {} }}", self.parts(object, depth)));
        format!("{{ __typename {} }}", parts.collect::<Vec<_>>().join(" "))
    }

    /// The object types that a value of this type can have.
    fn objects(&self, r#type: &str) -> Vec<String> {
        match self.0.types.get(r#type) {
            Some(ExtendedType::Union(union)) => union.members.iter().map(|name| name.to_string()).collect(),
            Some(ExtendedType::Interface(_)) => {
                let implementers = self.0.implementers_map();
                let found =
                    implementers.get(r#type).map(|found| found.objects.iter().map(ToString::to_string));
                found.map_or_else(Vec::new, Iterator::collect)
            }
            _ => vec![r#type.to_owned()],
        }
    }

    /// The fields of an object type, named after it, so that fields of different types do not meet.
    fn parts(&self, object: &str, depth: usize) -> String {
        let fields = self
            .fields(object)
            .into_iter()
            .filter(|field| arguments(field).iter().all(|one| one.is_optional));
        let part = |field: &Component<FieldDefinition>| {
            let inner = field.ty.inner_named_type().as_str();
            let selection = if depth == 0 { String::new() } else { self.selection(inner, depth - 1) };
            let is_leaf = self.0.types.get(inner).is_none_or(|found| found.is_scalar() || found.is_enum());
            (is_leaf || depth > 0).then(|| format!("{object}_{0}: {0} {selection}", field.name))
        };
        let parts: Vec<_> = fields.filter_map(part).collect();
        if parts.is_empty() { "__typename".to_owned() } else { parts.join(" ") }
    }
}
