//! Requests that are answered without being executed.

use std::time::Duration;

use ::http::StatusCode;
use async_graphql::{ErrorExtensionValues, PathSegment, Pos, ServerError};
use sportello_document::{Problem, Refusal, RefusalKind};

use crate::{
    data::RequestId,
    gate::{Rejection, RetryAfter},
    http::Media,
};

/// A refusal: what kind, and the errors that say so.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    pub(crate) errors: Vec<ServerError>,
    pub(crate) retry_after: Option<Duration>,
}

/// The kinds of refusal that differ in HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The body is not JSON.
    Json,
    /// The parameters are not those of a GraphQL request.
    Parameters,
    /// The document does not parse.
    Syntax,
    /// The document, the choice of operation or the variables are refused.
    Document,
    Unauthenticated,
    /// A method that is not served, or not for this operation; the methods that are.
    Method(&'static str),
    NotAcceptable,
    SlowBody,
    TooLarge,
    ContentType,
    RateLimited,
    Internal,
    Unavailable,
    Timeout,
}

impl Cause {
    /// The HTTP status.
    ///
    /// With the GraphQL media type by the draft of GraphQL over HTTP since April 2026: 400 for what does not parse,
    /// 422 for what parses and is refused. With `application/json` by its appendix for older clients: 200 for every
    /// well-formed request, 400 for others.
    pub(crate) fn status(self, media: Media) -> StatusCode {
        let legacy = media != Media::GraphQl;
        match self {
            Cause::Syntax | Cause::Document if legacy => StatusCode::OK,
            Cause::Parameters if legacy => StatusCode::BAD_REQUEST,
            Cause::Json | Cause::Syntax => StatusCode::BAD_REQUEST,
            Cause::Parameters | Cause::Document => StatusCode::UNPROCESSABLE_ENTITY,
            Cause::Unauthenticated => StatusCode::UNAUTHORIZED,
            Cause::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Cause::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Cause::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Cause::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Cause::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Cause::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Cause::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Cause::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Cause::Timeout => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Cause::Unauthenticated => "UNAUTHENTICATED",
            Cause::RateLimited => "RATE_LIMITED",
            Cause::Internal => "INTERNAL",
            Cause::Unavailable => "UNAVAILABLE",
            Cause::Timeout => "TIMEOUT",
            _ => "BAD_REQUEST",
        }
    }
}

impl Failure {
    /// A refusal with one error, whose message is a sentence for the client.
    pub(crate) fn new(cause: Cause, message: impl Into<String>) -> Self {
        let mut error = ServerError::new(message, None);
        set_extension(&mut error, "code", cause.code());
        Self { cause, errors: vec![error], retry_after: None }
    }

    /// The same, with the request's id in every error.
    pub(crate) fn for_request(mut self, id: &RequestId) -> Self {
        for error in &mut self.errors {
            set_extension(error, "requestId", id.0.as_str());
        }
        self
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Unauthenticated(message) => Self::new(Cause::Unauthenticated, message),
            Rejection::Unavailable(message) => {
                let retry_after = Some(Duration::from_secs(5));
                Self { retry_after, ..Self::new(Cause::Unavailable, message) }
            }
        }
    }
}

impl From<RetryAfter> for Failure {
    fn from(RetryAfter(time): RetryAfter) -> Self {
        let seconds = whole_seconds(time);
        let message = format!("Too many requests with this credential: try again in {seconds} s.");
        Self { retry_after: Some(time), ..Self::new(Cause::RateLimited, message) }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let cause = match refusal.kind {
            RefusalKind::Syntax => Cause::Syntax,
            RefusalKind::Validation
            | RefusalKind::OperationSelection
            | RefusalKind::Variables
            | RefusalKind::TooDeep
            | RefusalKind::TooComplex
            | RefusalKind::IntrospectionDisabled => Cause::Document,
        };
        let code = refusal.code();
        let errors = refusal.errors.into_iter().map(|problem| from_problem(problem, code)).collect();
        Self { cause, errors, retry_after: None }
    }
}

fn from_problem(Problem { message, locations, path }: Problem, code: &'static str) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.locations = locations.into_iter().map(|(line, column)| Pos { line, column }).collect();
    set_extension(&mut error, "code", code);
    // Nothing was executed, so that the path can only be one into the variables.
    error.path = path.into_iter().map(path_segment).collect();
    error
}

fn path_segment(segment: sportello_document::PathSegment) -> PathSegment {
    match segment {
        sportello_document::PathSegment::Field(name) => PathSegment::Field(name),
        sportello_document::PathSegment::Index(index) => PathSegment::Index(index),
    }
}

pub(crate) fn set_extension(error: &mut ServerError, name: &str, value: &str) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set(name, value);
}

/// Seconds, rounded up, at least one: what `Retry-After` can say.
pub(crate) fn whole_seconds(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(1)
}

/// The code of an error, where it has one.
pub(crate) fn code(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        async_graphql::Value::String(code) => Some(code),
        _ => None,
    }
}

/// Whether an error is about a place in the result, and so arose during execution.
pub(crate) fn has_path(error: &ServerError) -> bool {
    matches!(error.path.first(), Some(PathSegment::Field(_) | PathSegment::Index(_)))
}
