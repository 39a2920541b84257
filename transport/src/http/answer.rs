//! The answers that have one result.

use ::http::{HeaderMap, HeaderValue, StatusCode, header};
use async_graphql::Response as Executed;
use axum::{body::Body, response::Response};
use serde::Serialize;

use crate::{
    error::{Cause, Failure, whole_seconds},
    http::Media,
    response::Refused,
};

/// The answer of an execution: 200 also where errors left no data, since the draft calls that a partial response.
pub(super) fn executed(media: Media, response: &Executed) -> Response {
    let mut answer = json(media, StatusCode::OK, response);
    for (name, value) in &response.http_headers {
        answer.headers_mut().append(name, value.clone());
    }
    answer
}

/// The answer of an execution that is written already.
pub(super) fn written(media: Media, body: Vec<u8>) -> Response {
    answer(media, StatusCode::OK, body)
}

/// The answer to a request that is not executed.
pub(super) fn refused(media: Media, failure: &Failure) -> Response {
    let status = failure.cause.status(media);
    let mut answer = json(media, status, &Refused { errors: &failure.errors });
    explain(answer.headers_mut(), failure);
    answer
}

/// The headers that tell a client what to do about it.
fn explain(headers: &mut HeaderMap, failure: &Failure) {
    match failure.cause {
        Cause::Method(methods) => {
            headers.insert(header::ALLOW, HeaderValue::from_static(methods));
        }
        Cause::Unauthenticated => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        _ => {}
    }
    if let Some(time) = failure.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(time)));
    }
}

fn json(media: Media, status: StatusCode, content: &impl Serialize) -> Response {
    answer(media, status, serde_json::to_vec(content).expect("results have only string keys"))
}

fn answer(media: Media, status: StatusCode, body: Vec<u8>) -> Response {
    let content_type = match media {
        Media::GraphQl => "application/graphql-response+json; charset=utf-8",
        Media::Json | Media::EventStream | Media::Multipart => "application/json; charset=utf-8",
    };
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = status;
    answer.headers_mut().extend([
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::VARY, HeaderValue::from_static("accept")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ]);
    answer
}
