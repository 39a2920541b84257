//! Results of executions, made fit for clients.

use std::sync::Arc;

use async_graphql::{Response, ServerError, Value};
use serde::{Serialize, Serializer};

use crate::{
    data::RequestId,
    error::{self, Cause, Failure},
    sharing::Told,
};

/// A result on its way to a client.
#[derive(Debug)]
pub(crate) enum Payload {
    /// Of an execution of its own.
    Executed(Box<Response>),
    /// Of one that is shared: without errors, and serialized already.
    Shared(Arc<Told>),
}

impl Payload {
    pub(crate) fn errors(&self) -> &[ServerError] {
        match self {
            Self::Executed(response) => &response.errors,
            Self::Shared(_) => &[],
        }
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Executed(response) => response.serialize(serializer),
            Self::Shared(told) => told.payload.serialize(serializer),
        }
    }
}

/// The body of an answer without execution: no `data`, only errors.
#[derive(Serialize)]
pub(crate) struct Refused<'a> {
    pub(crate) errors: &'a [ServerError],
}

/// Gives every error a code and the request's id.
///
/// # Errors
/// When the executor itself refused the request, before any resolver ran.
pub(crate) fn finish(mut response: Response, id: &RequestId) -> Result<Response, Failure> {
    if response.errors.is_empty() {
        return Ok(response);
    }
    let refused = response.data == Value::Null && !response.errors.iter().any(error::has_path);
    for error in &mut response.errors {
        classify(error, refused, id);
        error::set_extension(error, "requestId", &id.0);
    }
    if refused { Err(response.into()) } else { Ok(response) }
}

impl From<Response> for Failure {
    fn from(response: Response) -> Self {
        Self { cause: Cause::Document, errors: response.errors, retry_after: None }
    }
}

/// Resolvers give codes. What has none comes from the executor, which speaks of the client's input, or is a fault
/// whose cause is not for clients.
fn classify(error: &mut ServerError, refused: bool, id: &RequestId) {
    if error::code(error).is_some() {
        return;
    }
    if refused || is_about_input(&error.message) {
        error::set_extension(error, "code", "BAD_REQUEST");
        return;
    }
    tracing::error!(
        request.id = id.0, error.message = error.message, error.path = ?error.path,
        "a resolver failed without a code"
    );
    error.message = "Something went wrong on our side. Report it with the requestId.".to_owned();
    error::set_extension(error, "code", "INTERNAL");
}

/// How async-graphql words an input value that it cannot coerce, or that a validator refuses.
fn is_about_input(message: &str) -> bool {
    ["Expected input type ", "Failed to parse ", "Invalid value for argument "]
        .iter()
        .any(|start| message.starts_with(start))
}
