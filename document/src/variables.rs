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

/// How deeply values may be nested: what executes them goes down one call a level.
const MAX_NESTING: usize = 24;

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
        if self.path.len() > MAX_NESTING {
            return self.invalid(format!("Values may be nested at most {MAX_NESTING} levels deep."));
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Cost, Refusal, RefusalKind, desk};

    /// What becomes of a variable of a type with a value.
    fn outcome(ty: &str, value: Value) -> Result<Cost, Refusal> {
        let source = match ty.trim_matches(['[', ']', '!']) {
            "Boolean" => format!("query ($x: {ty}) {{ echo(flag: $x) }}"),
            "Int" => format!("query ($x: {ty}) {{ echo(number: $x) }}"),
            "Float" => format!("query ($x: {ty}) {{ echo(fraction: $x) }}"),
            "String" => format!("query ($x: {ty}) {{ echo(text: $x) }}"),
            "ID" => format!("query ($x: {ty}) {{ node(id: $x) {{ id }} }}"),
            "Role" => format!("query ($x: {ty}) {{ echo(roles: $x) }}"),
            "TicketWhere" => format!("query ($x: {ty}) {{ tickets(where: $x) {{ totalCount }} }}"),
            "TicketBy" => format!("query ($x: {ty}) {{ ticket(by: $x) {{ id }} }}"),
            "TicketOpenInput" => {
                format!("mutation ($x: {ty}) {{ ticketOpen(input: $x) {{ ticket {{ id }} }} }}")
            }
            _ => format!("query ($x: {ty}) {{ echo(json: $x) }}"),
        };
        desk::run(&source, json!({ "x": value }))
    }

    #[test]
    fn accepts_what_coerces() {
        for (ty, value) in [
            ("Boolean", json!(true)),
            ("Boolean", json!(null)),
            ("Int", json!(-2147483648_i64)),
            ("Float", json!(1)),
            ("Float", json!(1e300)),
            ("String", json!("")),
            ("ID!", json!("5")),
            ("ID!", json!(5)),
            ("[Role!]", json!(["OWNER"])),
            ("[Role!]", json!("OWNER")),
            ("[Role!]", json!([])),
            ("JSON", json!({"any": [1, null, "x"]})),
            ("TicketWhere", json!({})),
            ("TicketWhere", json!({"and": {"title": {"in": "a"}}, "not": null})),
            ("TicketBy!", json!({"id": 5})),
            ("TicketOpenInput!", json!({"title": "x", "fields": {"a": []}, "tags": "one"})),
        ] {
            assert_eq!(outcome(ty, value.clone()).err(), None, "{ty}: {value}");
        }
    }

    #[test]
    fn refuses_what_does_not() {
        for (ty, value, path, expected) in [
            ("ID!", json!(null), "x", r#"Variable "$x" of non-null type "ID!" must not be null."#),
            ("Boolean", json!("true"), "x", "Boolean cannot represent a value that is no boolean: a string."),
            (
                "Int",
                json!(2147483648_i64),
                "x",
                "Int cannot represent a value that is no 32-bit signed integer: 2147483648.",
            ),
            ("Int", json!(1.5), "x", "Int cannot represent a value that is no integer: 1.5."),
            ("Int", json!("1"), "x", "Int cannot represent a value that is no integer: a string."),
            ("Float", json!("1"), "x", "Float cannot represent a value that is no number: a string."),
            (
                "String",
                json!(5),
                "x",
                r#"Variable "$x" got invalid value; String cannot represent a value that is no string: 5."#,
            ),
            ("ID!", json!(1.5), "x", "ID cannot represent a value that is no string: 1.5."),
            ("ID!", json!(["a"]), "x", "ID cannot represent a value that is no string: a list."),
            ("[Role!]", json!(["OWNR"]), "x[0]", r#"Value "OWNR" does not exist in "Role" enum."#),
            (
                "[Role!]",
                json!(["OWNER", null]),
                "x[1]",
                r#"Expected non-nullable type "Role!" not to be null."#,
            ),
            ("[Role!]", json!(5), "x", r#"Enum "Role" cannot represent a value that is no string: 5."#),
            (
                "TicketWhere",
                json!("open"),
                "x",
                r#"Expected type "TicketWhere" to be an object, not a string."#,
            ),
            (
                "TicketWhere",
                json!({"titel": {}}),
                "x",
                r#"Field "titel" is not defined by type "TicketWhere"."#,
            ),
            (
                "TicketWhere",
                json!({"and": [{"not": {"title": {"eq": 1}}}]}),
                "x.and[0].not.title.eq",
                r#"Variable "$x" got invalid value at "x.and[0].not.title.eq"; String cannot represent a value that is no string: 1."#,
            ),
            ("TicketBy!", json!({}), "x", r#"Exactly one key must be specified for OneOf type "TicketBy"."#),
            ("TicketBy!", json!({"id": "a", "reference": "b"}), "x", "Exactly one key must be specified"),
            ("TicketBy!", json!({"id": "a", "reference": null}), "x", "Exactly one key must be specified"),
            (
                "TicketBy!",
                json!({"id": null}),
                "x.id",
                r#"Field "id" of OneOf type "TicketBy" must be non-null."#,
            ),
            ("TicketWhere", json!({"by": {"id": null}}), "x.by.id", "must be non-null."),
            (
                "TicketOpenInput!",
                json!({}),
                "x",
                r#"Field "title" of required type "String!" was not provided."#,
            ),
            (
                "TicketOpenInput!",
                json!({"title": null}),
                "x.title",
                r#"Expected non-nullable type "String!" not to be null."#,
            ),
        ] {
            let refusal = outcome(ty, value.clone()).expect_err(ty);
            assert_eq!(refusal.kind, RefusalKind::Variables);
            let problem = &refusal.errors[0];
            assert!(problem.message.contains(expected), "{ty}: {value}\n  {}", problem.message);
            assert_eq!(dotted(&problem.path), path, "{ty}: {value}");
            assert_eq!(problem.locations.len(), 1);
        }
    }

    #[test]
    fn defaults_stand_in_and_strangers_are_ignored() {
        let required = "query ($id: ID!) { node(id: $id) { id } }";
        assert_eq!(
            desk::messages(required, json!({"other": 1})),
            [r#"Variable "$id" of required type "ID!" was not provided."#]
        );
        assert!(desk::messages(required, json!({"id": "a", "other": [1]})).is_empty());
        assert!(desk::messages(r#"query ($id: ID! = "a") { node(id: $id) { id } }"#, json!({})).is_empty());
        assert!(
            desk::messages("query ($n: Int) { tickets(first: $n) { totalCount } }", json!({})).is_empty()
        );
    }

    #[test]
    fn lists_ten_problems_and_quotes_little() {
        let refusal = outcome("[Role!]", json!(vec!["X".repeat(10_000); 40])).expect_err("no roles");
        assert_eq!(refusal.errors.len(), MAX_PROBLEMS);
        assert!(refusal.errors.iter().all(|problem| problem.message.len() < 200));
        let fields = (0..40).map(|n| (format!("f{n}"), json!(1))).collect::<Map<_, _>>();
        assert_eq!(outcome("TicketWhere", fields.into()).expect_err("no fields").errors.len(), MAX_PROBLEMS);
    }
}
