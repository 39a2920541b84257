//! Which subscriptions tell several clients the same, so that one execution serves them all.

use async_graphql::{
    Name, Positioned, Variables,
    parser::types::{OperationDefinition, Selection},
};
use async_graphql_value::Value;
use sportello_document::Operation;

/// The fields that depend on account and rights and not on who asks, each with the argument by which a client goes on.
const SHARED: &[(&str, &str)] = &[("ticketChanges", "after"), ("chatMessages", "after")];

/// Members of filters that mean whoever asks.
const OF_THE_VIEWER: &[&str] = &["isMe"];

/// On what terms a subscription may be shared.
#[derive(Debug, PartialEq, Eq)]
pub struct Terms {
    /// The variable by which a client goes on.
    pub resume_variable: Option<String>,
}

/// The terms; None: it is each client's own. Whatever is out of the ordinary is.
pub fn terms(subscription: Operation<'_>, variables: &Variables) -> Option<Terms> {
    let definition = subscription.definition()?;
    let [Positioned { node: Selection::Field(field), .. }] = &definition.selection_set.node.items[..] else {
        return None;
    };
    let field = &field.node;
    let (_, resume) = SHARED.iter().find(|(name, _)| field.name.node == *name)?;
    let means_viewer = field.arguments.iter().any(|(_, value)| mentions_viewer(&value.node))
        || variables.values().any(|value| mentions_viewer(&value.clone().into_value()));
    if means_viewer || !field.directives.is_empty() || !definition.directives.is_empty() {
        return None;
    }
    match field.get_argument(resume).map(|value| &value.node) {
        None | Some(Value::Null) => Some(Terms { resume_variable: None }),
        Some(Value::Variable(name)) if !has_default(definition, name) => {
            Some(Terms { resume_variable: Some(name.to_string()) })
        }
        Some(_) => None,
    }
}

fn mentions_viewer(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| OF_THE_VIEWER.contains(&name.as_str()) || mentions_viewer(value)),
        Value::List(values) => values.iter().any(mentions_viewer),
        _ => false,
    }
}

fn has_default(definition: &OperationDefinition, name: &Name) -> bool {
    let variables = definition.variable_definitions.iter().map(|variable| &variable.node);
    variables.into_iter().any(|variable| variable.name.node == *name && variable.default_value.is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sportello_document::{Documents, Limits};

    use super::*;
    use crate::graphql::sdl;

    fn resume_variable(source: &str, variables: serde_json::Value) -> Option<Option<String>> {
        let documents = Documents::try_new(&sdl(), Limits::default()).expect("the schema");
        let document = documents.prepare(source).expect("valid");
        let operation = document.operation(None).expect("the only one");
        terms(operation, &Variables::from_json(variables)).map(|terms| terms.resume_variable)
    }

    #[test]
    fn what_depends_on_rights_alone_is_shared() {
        let shared = |source| resume_variable(source, json!({}));
        assert_eq!(shared("subscription { ticketChanges { __typename } }"), Some(None));
        assert_eq!(shared("subscription { a: ticketChanges(after: null) { __typename } }"), Some(None));
        let resuming = "subscription($at: EventCursor) { ticketChanges(after: $at) { __typename } }";
        assert_eq!(resume_variable(resuming, json!({ "at": "x" })), Some(Some("at".to_owned())));
    }

    #[test]
    fn what_is_of_the_viewer_or_out_of_the_ordinary_is_not() {
        for source in [
            r#"subscription { ticketChanges(after: "x") { __typename } }"#,
            r#"subscription($at: EventCursor = "x") { ticketChanges(after: $at) { __typename } }"#,
            "subscription { ticketChanges(where: { not: { assignee: { isMe: true } } }) { __typename } }",
            "subscription { ...F } fragment F on Subscription { ticketChanges { __typename } }",
        ] {
            assert_eq!(resume_variable(source, json!({})), None, "{source}");
        }
        let filtered = "subscription($where: TicketWhere) { ticketChanges(where: $where) { __typename } }";
        let mine = json!({ "where": { "and": [{ "assignee": { "isMe": false } }] } });
        assert_eq!(resume_variable(filtered, mine), None);
        assert_eq!(resume_variable(filtered, json!({ "where": {} })), Some(None));
    }
}
