//! The schema that documents are held against.

use std::collections::HashSet;

use apollo_compiler::{
    Name, Node, Schema,
    ast::{DirectiveDefinition, DirectiveLocation, FieldDefinition, Type},
    name,
    schema::{Component, ExtendedType},
    validation::{DiagnosticList, Valid},
};

/// The schema's text cannot be read, or contradicts itself.
#[derive(Debug, thiserror::Error)]
#[error("the schema is not valid: {0}")]
pub struct SchemaError(String);

impl From<DiagnosticList> for SchemaError {
    fn from(diagnostics: DiagnosticList) -> Self {
        Self(diagnostics.to_string())
    }
}

/// The schema, and what of it is asked for often.
pub(crate) struct Definitions {
    pub(crate) schema: Valid<Schema>,
    one_of: HashSet<Name>,
    pages: HashSet<Name>,
}

impl Definitions {
    pub(crate) fn try_new(sdl: &str) -> Result<Self, SchemaError> {
        let built = Schema::builder().ignore_builtin_redefinitions().parse(sdl, "schema.graphql").build();
        let mut schema = built.map_err(|failed| failed.errors)?;
        add_one_of(&mut schema);
        let schema = schema.validate().map_err(|failed| failed.errors)?;
        Ok(Self { one_of: one_of_inputs(&schema), pages: page_types(&schema), schema })
    }

    /// Whether an input object takes exactly one of its fields.
    pub(crate) fn is_one_of(&self, input: &Name) -> bool {
        self.one_of.contains(input)
    }

    /// Whether a type is a page of a list: some field that takes `first` or `last` returns it.
    pub(crate) fn is_page(&self, name: &Name) -> bool {
        self.pages.contains(name)
    }

    /// Whether operations of some kind begin at this type.
    pub(crate) fn is_root(&self, name: &Name) -> bool {
        let roots = &self.schema.schema_definition;
        [&roots.query, &roots.mutation, &roots.subscription]
            .into_iter()
            .flatten()
            .any(|root| root.name == *name)
    }
}

/// Teaches the compiler OneOf input objects (specification of September 2025): the directive, where the schema's
/// text does not define it, and `__Type.isOneOf`.
fn add_one_of(schema: &mut Schema) {
    schema.directive_definitions.entry(name!("oneOf")).or_insert_with(|| {
        Node::new(DirectiveDefinition {
            description: None,
            name: name!("oneOf"),
            arguments: Vec::new(),
            repeatable: false,
            locations: vec![DirectiveLocation::InputObject],
        })
    });
    if let Some(ExtendedType::Object(object)) = schema.types.get_mut("__Type") {
        let field = FieldDefinition {
            description: None,
            name: name!("isOneOf"),
            arguments: Vec::new(),
            ty: Type::Named(name!("Boolean")),
            directives: Default::default(),
        };
        object.make_mut().fields.insert(name!("isOneOf"), Component::new(field));
    }
}

fn one_of_inputs(schema: &Schema) -> HashSet<Name> {
    let is_one_of = |(name, definition): (&Name, &ExtendedType)| match definition {
        ExtendedType::InputObject(input) if input.directives.has("oneOf") => Some(name.clone()),
        _ => None,
    };
    schema.types.iter().filter_map(is_one_of).collect()
}

fn page_types(schema: &Schema) -> HashSet<Name> {
    let fields = schema.types.values().flat_map(|definition| match definition {
        ExtendedType::Object(object) => object.fields.values().collect(),
        ExtendedType::Interface(interface) => interface.fields.values().collect(),
        _ => Vec::new(),
    });
    fields
        .filter(|field| !field.ty.is_list() && takes_page_size(field))
        .map(|field| field.ty.inner_named_type().clone())
        .collect()
}

/// Whether a field's answer is cut into pages.
pub(crate) fn takes_page_size(field: &FieldDefinition) -> bool {
    PAGE_SIZES.iter().any(|size| field.argument_by_name(size).is_some())
}

/// The arguments that say how long a page is.
pub(crate) const PAGE_SIZES: [&str; 2] = ["first", "last"];
