//! The endpoint: what its handlers share, and its route.

use std::sync::Arc;

use ::http::{HeaderName, HeaderValue, Method, header};
use async_graphql::Executor;
use axum::{Router, routing::any};
use sportello_document::Documents;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::cors::{AllowHeaders, CorsLayer};

use crate::{
    gate::Gate, http, options::Options, seats::Seats, sharing::Groups, shortcut::Shortcut, telemetry::Meters,
};

/// GraphQL on the path `/graphql`, by every transport.
///
/// Its metrics go to the recorder that is installed when it is made. Clients' addresses come from
/// [`ConnectInfo<SocketAddr>`](axum::extract::ConnectInfo), so that the server has to provide it.
pub struct Endpoint<E, G: Gate> {
    shared: Arc<Shared<E, G>>,
}

/// What every handler needs.
pub(crate) struct Shared<E, G: Gate> {
    pub(crate) executor: E,
    pub(crate) shortcut: Option<Arc<dyn Shortcut>>,
    pub(crate) documents: Arc<Documents>,
    pub(crate) gate: G,
    pub(crate) options: Options,
    pub(crate) shutdown: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) seats: Seats,
    pub(crate) groups: Groups,
    pub(crate) meters: Arc<Meters>,
}

impl<E: Executor, G: Gate> Endpoint<E, G> {
    /// Puts an endpoint together; queries with one result over HTTP try the shortcut first. Cancelling `shutdown` closes
    /// every WebSocket with 1001 and ends every stream.
    pub fn new(
        executor: E,
        shortcut: Option<Arc<dyn Shortcut>>,
        documents: Arc<Documents>,
        gate: G,
        options: Options,
        shutdown: CancellationToken,
    ) -> Self {
        let (tasks, seats, meters) = (TaskTracker::new(), Seats::default(), Arc::new(Meters::new()));
        let groups = Groups::new(tasks.clone(), meters.clone());
        let shared =
            Shared { executor, shortcut, documents, gate, options, shutdown, tasks, seats, groups, meters };
        Self { shared: Arc::new(shared) }
    }

    /// Mutations that have begun, WebSockets and streams. After the shutdown, close it and wait on it, within the
    /// time there is.
    pub fn tasks(&self) -> TaskTracker {
        self.shared.tasks.clone()
    }

    /// The route, with its cross-origin rules.
    pub fn router(self) -> Router {
        let cors = cross_origin(&self.shared.options.allowed_origins);
        Router::new().route("/graphql", any(http::serve::<E, G>)).layer(cors).with_state(self.shared)
    }
}

/// Pages of allowed origins may send any header and read the answers. Credentials are bearer tokens, never cookies,
/// so that no page can use what a browser holds.
fn cross_origin(origins: &[String]) -> CorsLayer {
    let origins: Vec<_> = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([HeaderName::from_static("x-request-id"), header::RETRY_AFTER])
        .max_age(std::time::Duration::from_secs(3600))
}
