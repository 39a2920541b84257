//! The schema that this crate's tests share, and short ways to ask about a text.

use serde_json::Value;

use crate::{Cost, Documents, Limits, Refusal};

pub(crate) const SDL: &str = include_str!("desk.graphql");

pub(crate) fn documents() -> Documents {
    Documents::try_new(SDL, Limits::default()).expect("the schema is valid")
}

/// What becomes of a text whose only operation is run with these variables.
pub(crate) fn run(source: &str, variables: Value) -> Result<Cost, Refusal> {
    let Value::Object(variables) = variables else { panic!("variables are an object") };
    documents().prepare(source)?.operation(None)?.check(&variables)
}

/// The messages with which a text is refused; none if it is not.
pub(crate) fn messages(source: &str, variables: Value) -> Vec<String> {
    let refusal = run(source, variables).err();
    refusal.into_iter().flat_map(|refusal| refusal.errors).map(|problem| problem.message).collect()
}
