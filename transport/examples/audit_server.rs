//! A small schema behind the endpoint, for clients and audit suites of other languages.
//!
//! `PORT` chooses the port (4000). `Bearer bad` is refused, any other credential admitted.

use std::{
    future::Future,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use async_graphql::{Context, Object, Request, Schema, Subscription};
use futures_util::{Stream, stream};
use sportello_document::Documents;
use sportello_transport::{
    Endpoint, EventCursorSlot, Gate, Limits, Options, Rejection, ResumeFrom, RetryAfter,
};
use tokio_util::sync::CancellationToken;

struct Query;

#[Object]
impl Query {
    /// A greeting.
    async fn hello(&self, #[graphql(default_with = "\"world\".to_owned()")] name: String) -> String {
        format!("Hello, {name}!")
    }

    /// Fails.
    async fn failure(&self) -> async_graphql::Result<Option<String>> {
        let mut error = async_graphql::Error::new("As asked.");
        error.extensions.get_or_insert_default().set("code", "NOT_FOUND");
        Err(error)
    }
}

struct Mutation;

#[Object]
impl Mutation {
    /// Gives the text back.
    async fn echo(&self, text: String) -> String {
        text
    }
}

struct Subscriptions;

#[Subscription]
impl Subscriptions {
    /// Numbers up to `to`, one every `every` milliseconds, after the one seen last.
    async fn count(
        &self,
        context: &Context<'_>,
        to: i32,
        #[graphql(default = 0)] every: u64,
    ) -> impl Stream<Item = i32> {
        let seen = context.data_opt::<ResumeFrom>().and_then(|ResumeFrom(id)| id.parse::<i32>().ok());
        let slot = context.data_unchecked::<EventCursorSlot>().clone();
        stream::unfold(seen.map_or(1, |seen| seen + 1), move |number| {
            let slot = slot.clone();
            async move {
                if number > to {
                    return None;
                }
                tokio::time::sleep(Duration::from_millis(every)).await;
                slot.set(number.to_string(), number.unsigned_abs().into(), true);
                Some((number, number + 1))
            }
        })
    }

    /// Nothing, for ever.
    async fn silence(&self) -> impl Stream<Item = i32> {
        stream::pending()
    }
}

#[derive(Clone)]
struct Open;

impl Gate for Open {
    type Identity = IpAddr;

    async fn admit(&self, authorization: Option<&str>, peer: IpAddr) -> Result<IpAddr, Rejection> {
        if authorization == Some("Bearer bad") {
            return Err(Rejection::Unauthenticated("This credential is not good.".to_owned()));
        }
        Ok(peer)
    }

    fn count(&self, _: &IpAddr) -> Result<(), RetryAfter> {
        Ok(())
    }

    fn equip(&self, peer: &IpAddr, request: Request) -> Request {
        request.data(*peer)
    }

    fn ended(&self, _: IpAddr) -> impl Future<Output = ()> + Send + 'static {
        std::future::pending()
    }

    fn key(&self, peer: &IpAddr) -> String {
        peer.to_string()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).init();
    let schema = Schema::new(Query, Mutation, Subscriptions);
    let documents = Arc::new(Documents::try_new(&schema.sdl(), sportello_document::Limits::default())?);
    let limits = Limits { streams_per_credential: 100_000, ..Limits::default() };
    let options = Options { limits, explorer: Some("/graphiql".to_owned()), ..Options::default() };
    let shutdown = CancellationToken::new();
    let endpoint = Endpoint::new(schema, None, documents, Open, options, shutdown.clone());
    let tasks = endpoint.tasks();
    let port = std::env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(4000);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/graphql, process {}", listener.local_addr()?, std::process::id());
    let service = endpoint.router().into_make_service_with_connect_info::<SocketAddr>();
    let stop = shutdown.clone();
    axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            let _ = tokio::signal::ctrl_c().await;
            stop.cancel();
        })
        .await?;
    tasks.close();
    tasks.wait().await;
    Ok(())
}
