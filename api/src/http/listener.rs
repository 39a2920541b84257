//! From sockets to requests.

use std::{io, net::SocketAddr, time::Duration};

use axum::{Router, extract::connect_info::IntoMakeServiceWithConnectInfo};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

/// How long a connection may take for a request's headers, or be idle between requests.
const HEADER_TIME: Duration = Duration::from_secs(10);

/// How many bytes that are not yet on their way the system takes for a client. Without a bound it takes up to 4 MB for each
/// that does not read, before our own queue for it begins to fill: `tcp_notsent_lowat` and `tcp_wmem` at
/// <https://docs.kernel.org/networking/ip-sysctl.html>.
#[cfg(target_os = "linux")]
const MOST_UNSENT: u32 = 128 * 1024;

/// How long to wait when the system has no sockets left.
const BREATH: Duration = Duration::from_millis(500);

/// Serves connections, each as a task of `tasks`, until `shutdown`: then connections finish the request that they
/// have begun, and close.
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken, tasks: TaskTracker) {
    let services = router.into_make_service_with_connect_info::<SocketAddr>();
    while let Some(accepted) = shutdown.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                tasks.spawn(connection(stream, peer, services.clone(), shutdown.clone()));
            }
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::error!(error = %error, "no connection can be accepted");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// Small messages go out at once, and whoever does not read is found soon.
fn tune(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(stream).set_tcp_notsent_lowat(MOST_UNSENT)?;
    Ok(())
}

/// Whether a client went away before it was let in.
fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    mut services: IntoMakeServiceWithConnectInfo<Router, SocketAddr>,
    shutdown: CancellationToken,
) {
    // A system that cannot do that still serves.
    if let Err(error) = tune(&stream) {
        tracing::debug!(error = %error, "a connection is served as the system has it");
    }
    let service = match Service::<SocketAddr>::call(&mut services, peer).await {
        Ok(service) => service,
        Err(never) => match never {},
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = %error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use axum::{extract::ConnectInfo, routing::get};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::oneshot,
    };

    use super::*;

    async fn start(router: Router) -> (SocketAddr, CancellationToken, TaskTracker) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (shutdown, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(serve(listener, router, shutdown.clone(), tasks.clone()));
        tasks.close();
        (address, shutdown, tasks)
    }

    #[tokio::test]
    async fn handlers_learn_the_clients_address() {
        let router = Router::new().route(
            "/",
            get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }),
        );
        let (address, ..) = start(router).await;
        let response = reqwest::get(format!("http://{address}/")).await.expect("an answer");
        assert_eq!(response.text().await.expect("a body"), "127.0.0.1");
    }

    #[tokio::test]
    async fn the_end_waits_for_what_is_begun_and_for_nothing_else() {
        let (begun, has_begun) = oneshot::channel();
        let begun = std::sync::Mutex::new(Some(begun));
        let begun = std::sync::Arc::new(begun);
        let slow = move || {
            let begun = begun.lock().expect("no panic").take();
            async move {
                begun.expect("one request").send(()).expect("waited for");
                tokio::time::sleep(Duration::from_millis(200)).await;
                "done"
            }
        };
        let (address, shutdown, tasks) = start(Router::new().route("/", get(slow))).await;
        let mut idle = TcpStream::connect(address).await.expect("a connection");
        let request = tokio::spawn(reqwest::get(format!("http://{address}/")));
        has_begun.await.expect("begun");
        shutdown.cancel();
        tasks.wait().await;
        let response = request.await.expect("no panic").expect("an answer");
        assert_eq!(response.text().await.expect("a body"), "done");
        assert_eq!(idle.read(&mut [0]).await.expect("closed in order"), 0);
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn a_client_that_never_ends_its_headers_is_left() {
        let (address, ..) = start(Router::new()).await;
        let mut slow = TcpStream::connect(address).await.expect("a connection");
        slow.write_all(b"GET / HTTP/1.1\r\nHost").await.expect("sent");
        let mut answer = Vec::new();
        let patience = HEADER_TIME + Duration::from_secs(2);
        tokio::time::timeout(patience, slow.read_to_end(&mut answer))
            .await
            .expect("in time")
            .expect("closed");
    }
}
