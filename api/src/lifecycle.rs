//! From settings to a server that runs, and to its end.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result, anyhow};
use sea_orm_migration::MigratorTrait;
use sportello_domain::{
    search, statistics,
    store::{Store, StoreSettings},
};
use sportello_migration::Migrator;
use tokio::{net::TcpListener, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::Settings,
    desk,
    http::{
        health::{self, Health},
        listener, metrics, router, sdl,
    },
};

/// How long the end may take: streams are told, what is begun is finished.
const FAREWELL: Duration = Duration::from_secs(20);

/// Opens the database.
///
/// # Errors
/// It cannot be reached.
pub async fn open(settings: &Settings) -> Result<Store> {
    let url = settings.database.url.expose();
    let store = StoreSettings {
        nats_url: settings.wake_up.nats_url.as_ref().map(|url| url.expose().to_owned()),
        max_connections: settings.database.max_connections,
        ..StoreSettings::new(url)
    };
    Store::connect(store).await.map_err(|error| {
        let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        anyhow!("the database cannot be opened ({cause}): check DATABASE_URL (database.url)")
    })
}

/// Brings the database to this version, and counts the tickets of accounts that an older one did not count.
///
/// # Errors
/// A migration fails; then the database is as it was before that one. Or the tickets cannot be counted.
pub async fn migrate(store: &Store) -> Result<()> {
    let connection = store.writer();
    Migrator::up(connection, None).await.context("the database cannot be brought to this version")?;
    let documents = search::reindex(store).await.context("what search looks into cannot be written")?;
    if documents > 0 {
        tracing::info!(documents, "texts that search did not know yet are found now");
    }
    statistics::count_uncounted(store).await.context("the tickets cannot be counted")?;
    Ok(())
}

/// A server to be started.
pub struct Server;

/// A server that runs until [`Running::stop`].
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it serves from.
    pub store: Store,
    /// Cancelled when the end begins.
    pub shutdown: CancellationToken,
    /// What is waited for at the end: connections, followers, workers.
    pub tasks: TaskTracker,
    operations: TaskTracker,
}

impl Server {
    /// Starts everything; when it returns, requests are answered. The database has to be at this version.
    ///
    /// # Errors
    /// A sentence: the address is taken, a secret is missing.
    pub async fn start(settings: &Settings, store: Store) -> Result<Running> {
        let listen = settings.server.listen;
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("SPORTELLO_LISTEN (server.listen): cannot listen on {listen}"))?;
        let address = listener.local_addr()?;
        let (shutdown, tasks) = (CancellationToken::new(), TaskTracker::new());
        let recorder = metrics::recorder();
        let desk = desk::open(settings, &store, &shutdown, &tasks)?;
        let health = Health { store: store.clone(), shutdown: shutdown.clone() };
        let operations = desk.endpoint.tasks();
        let pages = crate::http::graphiql::router()
            .merge(health::router(health))
            .merge(metrics::router(recorder, [tasks.clone(), operations.clone()]))
            .merge(sdl::router(&desk.sdl, settings.graphql.introspection))
            .merge(desk.pages);
        let router = router::router(desk.endpoint.router(), pages, settings.log.otlp_endpoint.is_some());
        tasks.spawn(listener::serve(listener, router, shutdown.clone(), tasks.clone()));
        Ok(Running { address, store, shutdown, tasks, operations })
    }
}

impl Running {
    /// Accepts no more, closes WebSockets with 1001, ends streams, waits for what is begun (20 seconds at most), and
    /// closes the database.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.tasks.close();
        self.operations.close();
        let ended = async { tokio::join!(self.tasks.wait(), self.operations.wait()) };
        if timeout(FAREWELL, ended).await.is_err() {
            let (tasks, operations) = (self.tasks.len(), self.operations.len());
            tracing::warn!(tasks, operations, "some work did not end within 20 seconds and is cut off");
        }
        if let Err(error) = self.store.close().await {
            tracing::warn!(error = %error, "the database was not closed in order");
        }
    }
}
