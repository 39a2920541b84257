//! The parameters of a GraphQL request, as JSON or in a URL.

use async_graphql::Variables;
use serde_json::{Map, Value};

use crate::error::{Cause, Failure};

/// What a client asks to execute.
#[derive(Debug)]
pub(crate) struct Parameters {
    pub(crate) query: String,
    pub(crate) operation_name: Option<String>,
    pub(crate) variables: Map<String, Value>,
}

impl Parameters {
    /// Reads the body of a POST.
    pub(crate) fn from_json(body: &[u8]) -> Result<Self, Failure> {
        let text = std::str::from_utf8(body).map_err(|error| {
            let at = error.valid_up_to();
            Failure::new(Cause::Json, format!("The body is not valid UTF-8: see its byte {at}."))
        })?;
        let value = serde_json::from_str(text)
            .map_err(|error| Failure::new(Cause::Json, format!("The body is not valid JSON: {error}.")))?;
        Self::from_value(value)
    }

    /// Reads a JSON value: a body, or the payload of a WebSocket's `subscribe`.
    pub(crate) fn from_value(value: Value) -> Result<Self, Failure> {
        let mut members = match value {
            Value::Object(members) => members,
            Value::Array(_) => {
                return Err(malformed("Batches are not served: send one operation a request."));
            }
            _ => return Err(malformed("A request is a JSON object with the member \"query\".")),
        };
        object(&mut members, "extensions")?;
        Ok(Self {
            query: query(members.remove("query"))?,
            operation_name: operation_name(members.remove("operationName"))?,
            variables: object(&mut members, "variables")?,
        })
    }

    /// Reads the query of a URL, where `variables` and `extensions` are JSON.
    pub(crate) fn from_url_query(text: &str) -> Result<Self, Failure> {
        let mut members = Map::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            if value.contains(char::REPLACEMENT_CHARACTER) && !text.contains("%EF%BF%BD") {
                return Err(malformed(format!("The parameter {name:?} is not valid UTF-8.")));
            }
            let value = match name.as_ref() {
                "query" | "operationName" => Value::String(value.into_owned()),
                "variables" | "extensions" => url_json(&name, &value)?,
                _ => continue,
            };
            if members.insert(name.clone().into_owned(), value).is_some() {
                return Err(malformed(format!("The parameter {name:?} is there twice.")));
            }
        }
        Self::from_value(Value::Object(members))
    }

    /// The variables, as the executor takes them.
    pub(crate) fn take_variables(&mut self) -> Variables {
        Variables::from_json(Value::Object(std::mem::take(&mut self.variables)))
    }
}

fn query(value: Option<Value>) -> Result<String, Failure> {
    match value {
        Some(Value::String(query)) => Ok(query),
        Some(other) => Err(wrong_type("query", "a string", &other)),
        None => Err(malformed("The parameter \"query\" is missing: it holds the document to execute.")),
    }
}

/// In a URL an empty name means none by the specification; in JSON nothing else could be meant either.
fn operation_name(value: Option<Value>) -> Result<Option<String>, Failure> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) => Ok(Some(name).filter(|name| !name.is_empty())),
        Some(other) => Err(wrong_type("operationName", "a string or null", &other)),
    }
}

fn object(members: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>, Failure> {
    match members.remove(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(other) => Err(wrong_type(name, "an object or null", &other)),
    }
}

fn url_json(name: &str, value: &str) -> Result<Value, Failure> {
    if value.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(value)
        .map_err(|error| malformed(format!("The parameter {name:?} is not valid JSON: {error}.")))
}

fn wrong_type(name: &str, expected: &str, value: &Value) -> Failure {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    malformed(format!("The parameter {name:?} must be {expected}; it is {found}."))
}

fn malformed(message: impl Into<String>) -> Failure {
    Failure::new(Cause::Parameters, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(result: Result<Parameters, Failure>) -> String {
        result.expect_err("a refusal").errors.remove(0).message
    }

    #[test]
    fn null_and_empty_mean_absent() {
        let body = br#"{"query":"{a}","operationName":"","variables":null,"extensions":null}"#;
        let parameters = Parameters::from_json(body).expect("good parameters");
        assert_eq!(parameters.query, "{a}");
        assert_eq!(parameters.operation_name, None);
        assert!(parameters.variables.is_empty());
    }

    #[test]
    fn refusals_name_the_parameter() {
        for (body, expected) in [
            (&b"[]"[..], "Batches"),
            (b"7", "JSON object"),
            (b"{}", "\"query\" is missing"),
            (br#"{"query":{}}"#, "\"query\" must be a string; it is an object"),
            (br#"{"query":"","variables":[]}"#, "\"variables\" must be an object or null; it is a list"),
            (
                br#"{"query":"","operationName":0}"#,
                "\"operationName\" must be a string or null; it is a number",
            ),
            (
                br#"{"query":"","extensions":true}"#,
                "\"extensions\" must be an object or null; it is a boolean",
            ),
            (b"{\"query\":\"\xff\"}", "not valid UTF-8: see its byte 10"),
            (b"{", "not valid JSON"),
        ] {
            let message = message(Parameters::from_json(body));
            assert!(message.contains(expected), "{message}");
        }
        let deep = "[".repeat(100_000);
        assert!(message(Parameters::from_json(deep.as_bytes())).contains("recursion limit"));
    }

    #[test]
    fn urls_hold_json_in_variables() {
        let parameters =
            Parameters::from_url_query("query=%7Ba%7D&variables=%7B%22a%22%3A1%7D&operationName=");
        let parameters = parameters.expect("good parameters");
        assert_eq!(parameters.query, "{a}");
        assert_eq!(parameters.variables["a"], 1);
        assert!(message(Parameters::from_url_query("query=a&query=b")).contains("twice"));
        assert!(message(Parameters::from_url_query("query=a&variables=x")).contains("not valid JSON"));
        assert!(message(Parameters::from_url_query("query=%ff")).contains("not valid UTF-8"));
        assert!(message(Parameters::from_url_query("")).contains("missing"));
    }
}
