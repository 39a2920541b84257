//! How long webhooks take to arrive, with every endpoint alive and with one of them dead.

use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::time::{interval, timeout};

use crate::{
    graphql::Client,
    receivers::{Death, Receivers},
    report::{median, verdict},
};

const CREATE: &str = "mutation($input: WebhookEndpointCreateInput!) { webhookEndpointCreate(input: $input) { \
    endpoint { id } userErrors { message } } }";
const DELETE: &str = "mutation($input: WebhookEndpointDeleteInput!) { webhookEndpointDelete(input: $input) { \
    userErrors { message } } }";
const OPEN: &str =
    "mutation($input: TicketOpenInput!) { ticketOpen(input: $input) { userErrors { message } } }";

/// The others' median delay may grow so much beside a dead one.
const MOST: f64 = 1.2;
/// How long the last webhooks of a run are waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is sent where.
#[derive(clap::Args)]
pub struct Hooks {
    #[command(flatten)]
    client: Client,
    /// What the rows are called.
    #[arg(long)]
    name: String,
    /// How many endpoints.
    #[arg(long, default_value_t = 100)]
    endpoints: usize,
    /// How often each of the three is run, in turn.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Events a run, each of another ticket.
    #[arg(long, default_value_t = 30)]
    events: usize,
    /// Milliseconds between two events.
    #[arg(long, default_value_t = 1_000)]
    every: u64,
}

/// Runs all rounds and prints a row for each way of being dead.
///
/// # Errors
/// When the server refuses something, or webhooks do not arrive.
pub async fn run(hooks: &Hooks) -> Result<()> {
    let ways = [("alive", None), ("silent", Some(Death::Silent)), ("refusing", Some(Death::Refusing))];
    let mut results = Vec::new();
    for _ in 0..hooks.rounds {
        for (name, death) in ways {
            let delays = measure(hooks, death).await?;
            results.extend(delays.into_iter().map(|delay| json!({ "name": name, "ms": delay })));
        }
    }
    let Some(alive) = median(&results, "alive", "ms") else { bail!("nothing was measured") };
    for (name, _) in &ways[1..] {
        let dead = median(&results, name, "ms").unwrap_or(f64::NAN);
        let ratio = dead / alive;
        println!(
            "| {}, one {name} | {dead:.0} | {alive:.0} | {ratio:.2} | {MOST}{} |",
            hooks.name,
            verdict(ratio <= MOST)
        );
    }
    Ok(())
}

/// One run: the delays, in milliseconds, of all that came to the endpoints that are alive in both.
async fn measure(hooks: &Hooks, death: Option<Death>) -> Result<Vec<f64>> {
    let mut receivers = Receivers::open(hooks.endpoints, death).await?;
    let mut endpoints = Vec::new();
    for url in receivers.urls() {
        let input = json!({ "url": url, "types": ["TICKET_OPENED"] });
        let made = hooks.client.mutate(CREATE, input).await?;
        endpoints.push(made["endpoint"]["id"].clone());
    }
    let mut ticks = interval(Duration::from_millis(hooks.every));
    for number in 0..hooks.events {
        ticks.tick().await;
        let input = json!({ "title": format!("Ticket {number}"), "contactPhone": "+393510000001" });
        hooks.client.mutate(OPEN, input).await?;
    }
    let delays = timeout(PATIENCE, receivers.take((hooks.endpoints - 1) * hooks.events)).await?;
    for id in endpoints {
        hooks.client.mutate(DELETE, json!({ "id": Value::clone(&id) })).await?;
    }
    Ok(delays)
}
