//! Somebody who writes on and on.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value as Json, json};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

use crate::{Client, in_time, ticket::opening};

/// The title of the ticket that comes after all others.
pub const LAST: &str = "the last";

/// Opens tickets and changes them without a pause, whatever becomes of each write, until told to stop.
pub struct Writer {
    client: Client,
    task: JoinHandle<Vec<Acknowledged>>,
    stopping: watch::Sender<bool>,
    count: watch::Receiver<usize>,
}

/// A write that was answered: which ticket has which version in which event.
type Acknowledged = (u64, Json, Json);

impl Writer {
    /// Begins.
    pub fn start(client: Client) -> Self {
        let (stopping, (counted, count)) = (watch::Sender::new(false), watch::channel(0));
        let task = tokio::spawn(write(client.clone(), stopping.subscribe(), counted));
        Self { client, task, stopping, count }
    }

    /// Waits until so many more writes were acknowledged.
    ///
    /// # Panics
    /// When they are not.
    pub async fn writes(&mut self, more: usize) {
        let goal = *self.count.borrow() + more;
        in_time("writes", self.count.wait_for(|count| *count >= goal)).await.expect("it writes");
    }

    /// Stops, writes the last ticket, and holds that all that was acknowledged is in the log.
    ///
    /// # Panics
    /// When it is not.
    pub async fn stop(self, reader: &Client) {
        self.stopping.send_replace(true);
        let acknowledged = in_time("the last write", self.task).await.expect("it writes to the end");
        let last = json!({ "title": LAST, "priority": "URGENT", "idempotencyKey": LAST });
        in_time("the last ticket", async {
            while tries(&self.client, "ticketOpen", opening(last.clone())).await.is_none() {
                sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        let log = reader.log().await;
        let logged = |event: &Json| {
            let (sequence, ticket) = (event["sequence"].as_u64(), event["ticketId"].clone());
            sequence.map(|sequence| (sequence, (ticket, event["ticket"]["version"].clone())))
        };
        let logged: BTreeMap<_, _> = log.iter().filter_map(logged).collect();
        for (sequence, ticket, version) in acknowledged {
            assert_eq!(logged.get(&sequence), Some(&(ticket, version)), "event {sequence}");
        }
    }
}

async fn write(
    client: Client,
    stopping: watch::Receiver<bool>,
    count: watch::Sender<usize>,
) -> Vec<Acknowledged> {
    let (mut acknowledged, mut ids) = (Vec::new(), Vec::<Json>::new());
    for number in 0.. {
        if *stopping.borrow() {
            break;
        }
        let opens = number % 4 == 0 || ids.is_empty();
        let priority = if number % 3 == 0 { "LOW" } else { "URGENT" };
        let mut input = json!({ "title": format!("Ticket {number}"), "priority": priority });
        let mutation = if opens {
            input = opening(input);
            "ticketOpen"
        } else {
            input["by"] = json!({ "id": ids[number * 7 % ids.len()] });
            "ticketUpdate"
        };
        let Some(payload) = tries(&client, mutation, input).await else {
            sleep(Duration::from_millis(20)).await;
            continue;
        };
        let (ticket, sequence) = (&payload["ticket"], payload["event"]["sequence"].as_u64());
        ids.extend(opens.then(|| ticket["id"].clone()));
        acknowledged
            .extend(sequence.map(|sequence| (sequence, ticket["id"].clone(), ticket["version"].clone())));
        count.send_modify(|count| *count += 1);
    }
    acknowledged
}

/// The payload; None where the server is away.
async fn tries(client: &Client, mutation: &str, input: Json) -> Option<Json> {
    let selection = "ticket { id version } event { sequence }";
    let answer = client.tries(mutation, selection, input).await?;
    if answer.body["errors"].is_null() && answer.status == 200 {
        let payload = answer.data()[mutation].clone();
        assert_eq!(payload["userErrors"], json!([]), "{mutation} is refused");
        return Some(payload);
    }
    assert!(["UNAVAILABLE", "TIMEOUT"].contains(&answer.code()), "{answer:#?}");
    None
}
