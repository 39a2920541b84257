//! The values of variables, held against the types that an operation declares for them.

use apollo_compiler::{
    Node,
    ast::{Type, VariableDefinition},
    schema::{EnumType, ExtendedType, InputObjectType},
};
use serde_json::{Map, Number, Value};

use crate::{
    definitions::Definitions,
    position::Lines,
    refusal::{MAX_PROBLEMS, PathSegment, Problem},
};

/// How many characters of a client's value a message quotes.
const MAX_QUOTE: usize = 60;

/// One variable of an operation, with its place in the document.
pub(crate) struct Variable {
    definition: Node<VariableDefinition>,
    location: Option<(usize, usize)>,
}

impl Variable {
    pub(crate) fn new(definition: &Node<VariableDefinition>, lines: &Lines) -> Self {
        Self { definition: definition.clone(), location: lines.start(definition.location()) }
    }
}

/// All that is wrong with the values, ten problems at most. Values of variables that are not declared are ignored.
///
/// Custom scalars take any value: what they make of it is known at execution.
pub(crate) fn check(
    definitions: &Definitions,
    variables: &[Variable],
    values: &Map<String, Value>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for variable in variables {
        let check = Check { definitions, variable, path: Vec::new(), problems };
        problems = check.variable(values);
    }
    problems
}

struct Check<'values> {
    definitions: &'values Definitions,
    variable: &'values Variable,
    path: Vec<PathSegment>,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn variable(mut self, values: &Map<String, Value>) -> Vec<Problem> {
        let VariableDefinition { name, ty, default_value, .. } = &*self.variable.definition;
        self.path.push(PathSegment::Field(name.to_string()));
        match values.get(name.as_str()) {
            Some(Value::Null) if ty.is_non_null() => {
                self.report(format!(r#"Variable "${name}" of non-null type "{ty}" must not be null."#));
            }
            Some(value) => self.value(value, ty),
            None if ty.is_non_null() && default_value.is_none() => {
                self.report(format!(r#"Variable "${name}" of required type "{ty}" was not provided."#));
            }
            None => {}
        }
        self.problems
    }

    fn value(&mut self, value: &Value, ty: &Type) {
        if self.problems.len() >= MAX_PROBLEMS {
            return;
        }
        match (value, ty) {
            (Value::Null, _) if ty.is_non_null() => {
                self.invalid(format!(r#"Expected non-nullable type "{ty}" not to be null."#));
            }
            (Value::Null, _) => {}
            (Value::Array(items), Type::List(item) | Type::NonNullList(item)) => {
                for (index, value) in items.iter().enumerate() {
                    self.within(PathSegment::Index(index), |check| check.value(value, item));
                }
            }
            (single, Type::List(item) | Type::NonNullList(item)) => self.value(single, item),
            (value, Type::Named(name) | Type::NonNullNamed(name)) => {
                match self.definitions.schema.types.get(name) {
                    Some(ExtendedType::Enum(definition)) => self.enumeration(value, definition),
                    Some(ExtendedType::InputObject(definition)) => self.object(value, definition),
                    _ => self.scalar(value, name),
                }
            }
        }
    }

    fn scalar(&mut self, value: &Value, name: &str) {
        let fits = match name {
            "Int" => matches!(value, Value::Number(number) if is_int(number)),
            "Float" => value.is_number(),
            "String" => value.is_string(),
            "Boolean" => value.is_boolean(),
            "ID" => value.is_string() || value.is_i64() || value.is_u64(),
            _ => true,
        };
        if fits {
            return;
        }
        let expected = match name {
            "Int" if value.is_i64() || value.is_u64() => "32-bit signed integer",
            "Int" => "integer",
            "Float" => "number",
            "Boolean" => "boolean",
            _ => "string",
        };
        self.invalid(format!("{name} cannot represent a value that is no {expected}: {}.", describe(value)));
    }

    fn enumeration(&mut self, value: &Value, definition: &EnumType) {
        let name = &definition.name;
        match value {
            Value::String(text) if definition.values.contains_key(text.as_str()) => {}
            Value::String(text) => {
                self.invalid(format!(r#"Value "{}" does not exist in "{name}" enum."#, quote(text)));
            }
            other => self.invalid(format!(
                r#"Enum "{name}" cannot represent a value that is no string: {}."#,
                describe(other)
            )),
        }
    }

    fn object(&mut self, value: &Value, definition: &InputObjectType) {
        let name = &definition.name;
        let Value::Object(fields) = value else {
            return self
                .invalid(format!(r#"Expected type "{name}" to be an object, not {}."#, describe(value)));
        };
        for field in fields.keys().filter(|field| !definition.fields.contains_key(field.as_str())) {
            self.invalid(format!(r#"Field "{}" is not defined by type "{name}"."#, quote(field)));
        }
        for (field, field_definition) in &definition.fields {
            match fields.get(field.as_str()) {
                Some(value) => {
                    let segment = PathSegment::Field(field.to_string());
                    self.within(segment, |check| check.value(value, &field_definition.ty));
                }
                None if field_definition.is_required() => {
                    let ty = &field_definition.ty;
                    self.invalid(format!(r#"Field "{field}" of required type "{ty}" was not provided."#));
                }
                None => {}
            }
        }
        if self.definitions.is_one_of(name) {
            self.one_of(fields, definition);
        }
    }

    fn one_of(&mut self, fields: &Map<String, Value>, definition: &InputObjectType) {
        let name = &definition.name;
        if fields.len() != 1 {
            self.invalid(format!(r#"Exactly one key must be specified for OneOf type "{name}"."#));
        } else if let Some(field) = fields.iter().find_map(|(field, value)| value.is_null().then_some(field))
        {
            let message = format!(r#"Field "{}" of OneOf type "{name}" must be non-null."#, quote(field));
            self.within(PathSegment::Field(field.clone()), |check| check.invalid(message));
        }
    }

    fn within(&mut self, segment: PathSegment, look: impl FnOnce(&mut Self)) {
        self.path.push(segment);
        look(self);
        self.path.pop();
    }

    /// Says in front of the sentence whose value is meant.
    fn invalid(&mut self, sentence: String) {
        let name = &self.variable.definition.name;
        let place = match &self.path[..] {
            [] | [_] => String::new(),
            path => format!(r#" at "{}""#, dotted(path)),
        };
        self.report(format!(r#"Variable "${name}" got invalid value{place}; {sentence}"#));
    }

    fn report(&mut self, message: String) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem::new(message).at(self.variable.location).within(self.path.clone()));
        }
    }
}

fn is_int(number: &Number) -> bool {
    number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
}

/// What kind of value it is. Its content is not quoted: it may be a password in the wrong place.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(is) => is.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(_) => "a string".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

fn quote(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn dotted(path: &[PathSegment]) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            PathSegment::Field(name) if text.is_empty() => text.push_str(name),
            PathSegment::Field(name) => text.extend([".", name]),
            PathSegment::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}
