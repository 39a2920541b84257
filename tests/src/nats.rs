//! A NATS server of a test's own, which can be killed.

use std::{future::Future, net::TcpListener, process::Stdio};

use tokio::process::{Child, Command};

use crate::run::in_time;

/// `nats-server`, on a port of its own.
pub struct Nats {
    child: Child,
    port: u16,
    /// Where clients connect.
    pub url: String,
}

impl Nats {
    /// Starts one and waits until it answers. Without the program it says so and gives None, except where CI=true.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start() -> Option<Self> {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        Self::start_at(port).await
    }

    async fn start_at(port: u16) -> Option<Self> {
        let mut command = Command::new("nats-server");
        command
            .args(["-a", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = match command.kill_on_drop(true).spawn() {
            Ok(child) => child,
            Err(error) if std::env::var("CI").as_deref() == Ok("true") => panic!("nats-server: {error}"),
            Err(error) => {
                eprintln!("SKIPPED with NATS: nats-server does not start: {error}");
                return None;
            }
        };
        let answers = async {
            while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        in_time("NATS", answers).await;
        Some(Self { child, port, url: format!("nats://127.0.0.1:{port}") })
    }

    /// kill -9; the answer starts it again at the same place.
    ///
    /// # Panics
    /// When it has ended already.
    pub async fn goes(mut self) -> impl Future<Output = Self> {
        self.child.kill().await.expect("killed");
        async move { Self::start_at(self.port).await.expect("it started before") }
    }

    /// kill -9.
    ///
    /// # Panics
    /// When it has ended already.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("killed");
    }
}
