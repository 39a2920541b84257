//! What a hook answers: JSON, and of a mistake what it is and where.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use sportello_domain::{Error, RefusalCode, automation::CallRefused};
use sportello_transport::RetryAfter;

use crate::graphql::error::UserErrorCode;

/// Why a call is not taken.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    code: String,
    message: String,
    path: Vec<String>,
    retry_after: Option<u64>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), path: Vec::new(), retry_after: None }
    }
}

impl From<CallRefused> for Problem {
    fn from(refused: CallRefused) -> Self {
        match refused {
            CallRefused::Unknown => Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", refused.to_string()),
            CallRefused::WrongSecret => {
                Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", refused.to_string())
            }
            CallRefused::Fault(error) => error.into(),
        }
    }
}

impl From<RetryAfter> for Problem {
    fn from(RetryAfter(pause): RetryAfter) -> Self {
        let seconds = pause.as_secs().max(1);
        let message = format!("too many calls: try again in {seconds} seconds");
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message);
        Self { retry_after: Some(seconds), ..problem }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusals) => match refusals.into_iter().next() {
                Some(refusal) => {
                    let status = match refusal.code {
                        RefusalCode::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
                        _ => StatusCode::BAD_REQUEST,
                    };
                    let code = UserErrorCode::from(refusal.code);
                    let problem = Self::new(status, &name(code), refusal.message);
                    Self { path: refusal.path, ..problem }
                }
                None => fault("a refusal without a reason"),
            },
            Error::Unavailable(cause) => {
                tracing::error!(error = %cause, "the database does not answer a call");
                let message = "a part of the desk does not answer: try again";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message)
            }
            other => fault(&other.to_string()),
        }
    }
}

fn name(code: UserErrorCode) -> String {
    match async_graphql::InputType::to_value(&code) {
        async_graphql::Value::Enum(name) => name.to_string(),
        _ => "INVALID".to_owned(),
    }
}

fn fault(cause: &str) -> Problem {
    tracing::error!(error = cause, "a call met a fault of ours");
    let message = "something went wrong on our side; it was logged";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", message)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self { status, code, message, path, retry_after } = self;
        let body = Json(json!({ "error": { "code": code, "message": message, "path": path } }));
        let mut response = (status, body).into_response();
        let mut set = |name, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        };
        if let Some(seconds) = retry_after {
            set(header::RETRY_AFTER, seconds.to_string());
        }
        if status == StatusCode::UNAUTHORIZED {
            set(header::WWW_AUTHENTICATE, "Bearer".to_owned());
        }
        response
    }
}
