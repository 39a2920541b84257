//! The server.

use std::{net::SocketAddr, sync::Arc};

use serde_json::{Value, json};
use sportello_document::Documents;
use sportello_transport::{Endpoint, Limits, Options};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    gate::TestGate,
    schema::{Stage, schema},
};

/// A running server; dropping it stops it.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) stage: Stage,
    pub(crate) gate: TestGate,
    pub(crate) shutdown: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) client: reqwest::Client,
}

pub(crate) async fn start() -> Server {
    start_with(|_| ()).await
}

/// A server with other limits.
pub(crate) async fn start_with(change: impl FnOnce(&mut Limits)) -> Server {
    let mut options = Options {
        allowed_origins: vec!["https://app.example".to_owned()],
        explorer: Some("/graphiql".to_owned()),
        trusted_proxies: true,
        ..Options::default()
    };
    change(&mut options.limits);
    let (stage, gate, shutdown) = (Stage::new(), TestGate::default(), CancellationToken::new());
    let schema = schema(&stage);
    let documents = Documents::try_new(&schema.sdl(), sportello_document::Limits::default()).unwrap();
    let endpoint = Endpoint::new(schema, None, Arc::new(documents), gate.clone(), options, shutdown.clone());
    let tasks = endpoint.tasks();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = endpoint.router().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    Server { address, stage, gate, shutdown, tasks, client }
}

impl Server {
    pub(crate) fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    pub(crate) fn post(&self, accept: &str, body: &Value) -> reqwest::RequestBuilder {
        self.client.post(self.url()).header("accept", accept).json(body)
    }

    pub(crate) fn get(&self, accept: &str, parameters: &[(&str, &str)]) -> reqwest::RequestBuilder {
        self.client.get(self.url()).header("accept", accept).query(parameters)
    }

    /// The status and body of an answer to a query by POST.
    pub(crate) async fn query(&self, accept: &str, query: &str) -> (u16, Value) {
        let response = self.post(accept, &json!({ "query": query })).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}
