//! The schema is the one that is committed and the one that was promised, and it explains itself.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use apollo_compiler::{
    Node,
    ast::{FieldDefinition, InputValueDefinition},
    schema::ExtendedType,
};
use serde_json::json;
use sportello_tests::{Desk, Schema, on_both};

const COMMITTED: &str = include_str!("../../schema.graphql");

/// What is promised to clients, as far as it is built.
const CONTRACT: &str = include_str!("../contract.graphql");

/// Names and descriptions of what a type contains.
fn parts(r#type: &ExtendedType) -> Vec<(String, bool)> {
    let input = |value: &Node<InputValueDefinition>| (value.name.to_string(), value.description.is_some());
    let field = |field: &FieldDefinition| {
        let arguments = field
            .arguments
            .iter()
            .map(|value| (format!("{}({})", field.name, value.name), value.description.is_some()));
        std::iter::once((field.name.to_string(), field.description.is_some()))
            .chain(arguments)
            .collect::<Vec<_>>()
    };
    match r#type {
        ExtendedType::Object(object) => object.fields.values().flat_map(|one| field(one)).collect(),
        ExtendedType::Interface(interface) => interface.fields.values().flat_map(|one| field(one)).collect(),
        ExtendedType::InputObject(object) => object.fields.values().map(|one| input(one)).collect(),
        ExtendedType::Enum(r#enum) => {
            r#enum.values.values().map(|one| (one.value.to_string(), one.description.is_some())).collect()
        }
        ExtendedType::Scalar(_) | ExtendedType::Union(_) => Vec::new(),
    }
}

#[test]
fn everything_is_described() {
    let schema = Schema::parse(COMMITTED);
    let types = schema.0.types.iter().filter(|(name, found)| !found.is_built_in() && !name.starts_with("__"));
    let mut silent = Vec::new();
    for (name, found) in types {
        if found.description().is_none() && !["Query", "Mutation", "Subscription"].contains(&name.as_str()) {
            silent.push(name.to_string());
        }
        let parts = parts(found).into_iter().filter(|(_, is_described)| !is_described);
        silent.extend(parts.map(|(part, _)| format!("{name}.{part}")));
    }
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn mutations_take_one_input_and_give_a_payload() {
    let schema = Schema::parse(COMMITTED);
    for field in schema.fields("Mutation") {
        let (first, rest) = field.name.split_at(1);
        let [argument] = &field.arguments[..] else { panic!("{} takes one input", field.name) };
        let expected = (format!("{}{rest}Input!", first.to_uppercase()), "input");
        assert_eq!((argument.ty.to_string(), argument.name.as_str()), expected, "{}", field.name);
        let payload = field.ty.inner_named_type();
        assert!(payload.ends_with("Payload") && field.ty.is_non_null(), "{}: {}", field.name, field.ty);
        let errors = schema.fields(payload).into_iter().find(|field| field.name == "userErrors");
        assert_eq!(errors.map(|errors| errors.ty.to_string()).as_deref(), Some("[UserError!]!"), "{payload}");
    }
}

#[test]
fn names_are_formed_alike() {
    let schema = Schema::parse(COMMITTED);
    for (name, found) in schema.0.types.iter().filter(|(_, found)| !found.is_built_in()) {
        assert!(name.starts_with(|first: char| first.is_ascii_uppercase()) && !name.contains('_'), "{name}");
        for (part, _) in parts(found) {
            let formed = |one: char| if found.is_enum() { !one.is_ascii_lowercase() } else { one != '_' };
            assert!(part.chars().all(formed), "{name}.{part}");
        }
    }
}

fn check_values(
    place: &str,
    promised: &[Node<InputValueDefinition>],
    found: &[Node<InputValueDefinition>],
    wrong: &mut Vec<String>,
) {
    for value in promised {
        let place = format!("{place}.{}", value.name);
        match found.iter().find(|other| other.name == value.name) {
            None => wrong.push(format!("{place}: missing")),
            Some(other) if other.ty != value.ty => {
                wrong.push(format!("{place}: {} instead of {}", other.ty, value.ty))
            }
            Some(other)
                if other.default_value.as_ref().map(ToString::to_string)
                    != value.default_value.as_ref().map(ToString::to_string) =>
            {
                wrong.push(format!(
                    "{place}: default {:?} instead of {:?}",
                    other.default_value, value.default_value
                ))
            }
            Some(_) => {}
        }
    }
    for value in found
        .iter()
        .filter(|value| value.is_required() && !promised.iter().any(|other| other.name == value.name))
    {
        wrong.push(format!("{place}.{}: required, and not promised", value.name));
    }
}

#[test]
fn everything_promised_is_there() {
    let (promise, schema) = (Schema::parse(CONTRACT), Schema::parse(COMMITTED));
    let mut wrong = Vec::new();
    for (name, promised) in promise.0.types.iter().filter(|(_, found)| !found.is_built_in()) {
        let Some(found) = schema.0.types.get(name) else {
            wrong.push(format!("{name}: missing"));
            continue;
        };
        check(name, promised, found, &mut wrong);
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn check(name: &str, promised: &ExtendedType, found: &ExtendedType, wrong: &mut Vec<String>) {
    use ExtendedType::{Enum, InputObject, Interface, Object, Scalar, Union};
    let mut fields = |promised: Vec<&Node<FieldDefinition>>, found: Vec<&Node<FieldDefinition>>| {
        for field in promised {
            let place = format!("{name}.{}", field.name);
            match found.iter().find(|other| other.name == field.name) {
                None => wrong.push(format!("{place}: missing")),
                Some(other) if other.ty != field.ty => {
                    wrong.push(format!("{place}: {} instead of {}", other.ty, field.ty))
                }
                Some(other) => check_values(&place, &field.arguments, &other.arguments, wrong),
            }
        }
    };
    match (promised, found) {
        (Object(promised), Object(found)) => {
            let list = |fields: &apollo_compiler::collections::IndexMap<
                _,
                apollo_compiler::schema::Component<FieldDefinition>,
            >| fields.values().map(|field| field.node.clone()).collect::<Vec<_>>();
            let (promised_fields, found_fields) = (list(&promised.fields), list(&found.fields));
            fields(promised_fields.iter().collect(), found_fields.iter().collect());
            let missing = promised
                .implements_interfaces
                .iter()
                .filter(|one| !found.implements_interfaces.iter().any(|other| other.name == one.name));
            wrong.extend(missing.map(|one| format!("{name}: does not implement {}", one.name)));
        }
        (Interface(promised), Interface(found)) => {
            let (promised, found): (Vec<_>, Vec<_>) = (
                promised.fields.values().map(|field| &field.node).collect(),
                found.fields.values().map(|field| &field.node).collect(),
            );
            fields(promised, found);
        }
        (InputObject(promised), InputObject(found)) => {
            let list = |object: &apollo_compiler::schema::InputObjectType| {
                object.fields.values().map(|field| field.node.clone()).collect::<Vec<_>>()
            };
            check_values(name, &list(promised), &list(found), wrong);
            if promised.directives.has("oneOf") != found.directives.has("oneOf") {
                wrong.push(format!("{name}: @oneOf"));
            }
        }
        (Enum(promised), Enum(found)) => {
            let missing = promised.values.keys().filter(|value| !found.values.contains_key(*value));
            wrong.extend(missing.map(|value| format!("{name}.{value}: missing")));
        }
        (Union(promised), Union(found)) => {
            let missing = promised
                .members
                .iter()
                .filter(|one| !found.members.iter().any(|other| other.name == one.name));
            wrong.extend(missing.map(|one| format!("{name}: {} missing", one.name)));
        }
        (Scalar(_), Scalar(_)) => {}
        _ => wrong.push(format!("{name}: of another kind")),
    }
}

on_both!(the_server_shows_the_committed_schema, async |desk: Desk| {
    assert_eq!(desk.sdl().await.trim(), COMMITTED.trim(), "run: cargo run -- schema > schema.graphql");
    let answer = desk.stranger.ask("{ __schema { queryType { name } } }", json!({})).await;
    assert_eq!(answer.data()["__schema"]["queryType"]["name"], "Query");
});
