//! One HTTP request, from its headers to its answer.

use std::sync::Arc;

use ::http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use async_graphql::Executor;
use axum::{
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
};

use super::{accept::Accepted, answer, body};
use crate::{
    data::{RequestId, ResumeFrom, SlowConsumer},
    endpoint::Shared,
    error::{Cause, Failure},
    gate::Gate,
    http::{Media, authorization, peer, request_id},
    operation::{Kind, Parameters, Prepared, execute, prepare, shorten, subscribe},
    stream::{self, Framing},
    telemetry::{Record, Transport},
    websocket,
};

/// The longest `Last-Event-ID` that is taken, in bytes.
const EVENT_ID_LENGTH: usize = 1024;

/// Serves the endpoint's path, by every method.
pub(crate) async fn serve<E: Executor, G: Gate>(
    State(shared): State<Arc<Shared<E, G>>>,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let id = request_id(&parts.headers);
    let mut response = if websocket::is_upgrade(&parts) {
        websocket::upgrade(shared, &mut parts)
    } else {
        Exchange::new(shared, &parts.headers, id.clone()).respond(parts, body).await
    };
    let value = HeaderValue::from_str(&id.0).expect("a request id is visible ASCII");
    response.headers_mut().insert("x-request-id", value);
    response
}

struct Exchange<E, G: Gate> {
    shared: Arc<Shared<E, G>>,
    id: RequestId,
    accepted: Accepted,
    record: Record,
}

impl<E: Executor, G: Gate> Exchange<E, G> {
    fn new(shared: Arc<Shared<E, G>>, headers: &HeaderMap, id: RequestId) -> Self {
        let record = Record::new(&shared.meters, &id, Transport::Http);
        Self { shared, id, accepted: Accepted::from_headers(headers), record }
    }

    async fn respond(mut self, parts: Parts, body: Body) -> Response {
        if let Some(page) = self.explorer(&parts) {
            return page;
        }
        match self.receive(parts, body).await {
            Ok((prepared, identity)) => self.perform(prepared, identity).await,
            Err(failure) => self.refuse(failure),
        }
    }

    /// A person who opens the endpoint in a browser wants the explorer.
    fn explorer(&mut self, parts: &Parts) -> Option<Response> {
        let page = self.shared.options.explorer.as_deref()?;
        let is_bare = parts.method == Method::GET && parts.uri.query().is_none_or(str::is_empty);
        if !is_bare || !self.accepted.prefers_page {
            return None;
        }
        self.record.status(StatusCode::FOUND.as_u16());
        self.record.completed();
        Some((StatusCode::FOUND, [(header::LOCATION, page)]).into_response())
    }

    /// Everything that may refuse the request, the cheap first; who asks is settled before the body is read.
    async fn receive(&mut self, parts: Parts, body: Body) -> Result<(Prepared, G::Identity), Failure> {
        let is_post = parts.method == Method::POST;
        if !is_post && parts.method != Method::GET && parts.method != Method::HEAD {
            return Err(Failure::new(Cause::Method("GET, POST"), "Send a GraphQL request by POST or GET."));
        }
        if self.accepted.result.is_none() && self.accepted.stream.is_none() {
            return Err(not_acceptable());
        }
        if is_post {
            body::check_type(&parts.headers)?;
        }
        let peer = peer(&parts, &self.shared.options);
        let identity = self.shared.gate.admit(authorization(&parts.headers)?, peer).await?;
        self.shared.gate.count(&identity)?;
        let parameters = if is_post {
            let bytes = body::read(&parts.headers, body, &self.shared.options.limits).await?;
            self.shared.meters.received_bytes.increment(bytes.len() as u64);
            Parameters::from_json(&bytes)?
        } else {
            Parameters::from_url_query(parts.uri.query().unwrap_or_default())?
        };
        let mut prepared = prepare(&self.shared.documents, parameters, &self.id)?;
        if prepared.kind == Kind::Mutation && !is_post {
            return Err(Failure::new(
                Cause::Method("POST"),
                "Send a mutation by POST: a GET changes nothing.",
            ));
        }
        self.record.began(prepared.kind, prepared.name.as_deref());
        prepared.request = self.shared.gate.equip(&identity, prepared.request);
        if let Some(event) = last_event(&parts.headers)? {
            prepared.request = prepared.request.data(event);
        }
        Ok((prepared, identity))
    }

    async fn perform(mut self, prepared: Prepared, identity: G::Identity) -> Response {
        let media = match prepared.kind {
            Kind::Subscription => self.accepted.stream,
            Kind::Query | Kind::Mutation => self.accepted.result,
        };
        let Some(media) = media else { return self.refuse(not_streamable()) };
        let Some(framing) = Framing::of(media) else {
            return match self.answer(media, prepared).await {
                Ok(answer) => self.finish(answer),
                Err(failure) => self.refuse(failure),
            };
        };
        let limit = self.shared.options.limits.streams_per_credential;
        let Some(seat) = self.shared.seats.take(self.shared.gate.key(&identity), limit) else {
            let message = format!("{limit} streams are open with this credential: close one first.");
            return self.refuse(Failure::new(Cause::RateLimited, message));
        };
        let slow = SlowConsumer::default();
        let items = subscribe(self.shared.clone(), prepared, &identity, self.id.clone(), slow.clone(), None);
        let ended = self.shared.gate.ended(identity);
        self.record.status(StatusCode::OK.as_u16());
        stream::respond(
            &self.shared,
            stream::Source { items, ended, slow, framing, seat },
            self.record,
            self.id,
        )
    }

    /// The one result, by the shortcut where it knows the way.
    async fn answer(&mut self, media: Media, prepared: Prepared) -> Result<Response, Failure> {
        if let Some(body) = shorten(&self.shared, &prepared, &self.id).await? {
            self.record.shortened();
            return Ok(answer::written(media, body));
        }
        let response = execute(&self.shared, prepared, &self.id).await?;
        self.record.executed(&response);
        Ok(answer::executed(media, &response))
    }

    fn refuse(mut self, failure: Failure) -> Response {
        let failure = failure.for_request(&self.id);
        let media = self.accepted.result.unwrap_or(Media::Json);
        self.record.refused(&failure);
        // On a stream, what is wrong with the operation comes as an event.
        let framing = Framing::of(media).filter(|_| matches!(failure.cause, Cause::Syntax | Cause::Document));
        let answer = match framing {
            Some(framing) => stream::refused(framing, &failure),
            None => answer::refused(media, &failure),
        };
        self.finish(answer)
    }

    fn finish(mut self, answer: Response) -> Response {
        self.record.status(answer.status().as_u16());
        self.record.completed();
        answer
    }
}

/// Where a client of an event stream wants to go on.
fn last_event(headers: &HeaderMap) -> Result<Option<ResumeFrom>, Failure> {
    let Some(value) = headers.get("last-event-id").filter(|value| !value.is_empty()) else { return Ok(None) };
    match value.to_str() {
        Ok(id) if id.len() <= EVENT_ID_LENGTH => Ok(Some(ResumeFrom(id.to_owned()))),
        _ => Err(Failure::new(Cause::Parameters, "The Last-Event-ID is not one that was given here.")),
    }
}

fn not_acceptable() -> Failure {
    let message = "Accept application/graphql-response+json or application/json; for a subscription text/event-stream \
                   or multipart/mixed;subscriptionSpec=1.0.";
    Failure::new(Cause::NotAcceptable, message)
}

fn not_streamable() -> Failure {
    let message = "A subscription has many results: accept text/event-stream or \
                   multipart/mixed;subscriptionSpec=1.0, or use a WebSocket with graphql-transport-ws.";
    Failure::new(Cause::NotAcceptable, message)
}
