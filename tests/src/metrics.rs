//! What a server counts.

use std::net::SocketAddr;

use crate::run::in_time;

/// The figure of this name and labels at `/metrics`; 0 where it is not there.
///
/// # Panics
/// When the server does not answer.
pub async fn metric(address: SocketAddr, name: &str) -> u64 {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client is built");
    let asked = async { client.get(format!("http://{address}/metrics")).send().await?.text().await };
    let text = in_time("metrics", asked).await.expect("metrics");
    let figure = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    figure.map_or(0, |figure| figure.trim().parse().expect("a number"))
}

/// Waits until the figure is this one at most.
///
/// # Panics
/// When it never is.
pub async fn metric_falls(address: SocketAddr, name: &str, at_most: u64) {
    in_time(&format!("at most {at_most} of {name}"), async {
        while metric(address, name).await > at_most {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
}
