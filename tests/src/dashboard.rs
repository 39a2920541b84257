//! A dashboard: a client that keeps a filtered list right through whatever cuts its stream.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value as Json, json};
use tokio::{sync::watch, time::sleep};

use crate::{CHANGES, Client, Socket};

/// The urgent tickets, kept by what a stream tells of them.
pub struct Dashboard {
    client: Client,
    /// What the list showed at first, and the place in the log at which it did.
    first: BTreeMap<String, Json>,
    start: Json,
    /// How far it was told.
    cursor: Json,
    told: Vec<Change>,
    count: watch::Sender<usize>,
    /// How often its stream was cut.
    pub cuts: usize,
    /// Why it had to read its list again.
    pub resyncs: Vec<String>,
}

/// A ticket entered the filter, moved in it or left it.
#[derive(Debug, PartialEq, Eq)]
struct Change {
    sequence: u64,
    transition: String,
    ticket: String,
    version: Json,
}

/// How a socket's turn ended.
enum Turn {
    Seen,
    Cut,
    Resync(String),
}

impl Dashboard {
    /// Reads the list.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn open(client: Client) -> Self {
        let (first, start) = client.shown(&urgent()).await;
        let (cursor, count) = (start.clone(), watch::Sender::new(0));
        Self { client, first, start, cursor, told: Vec::new(), count, cuts: 0, resyncs: Vec::new() }
    }

    /// How many times it was told something: changes, and that it has to read its list again.
    pub fn count(&self) -> watch::Receiver<usize> {
        self.count.subscribe()
    }

    /// Follows the stream, with another socket after each cut, until it sees the ticket of this title.
    ///
    /// # Panics
    /// When it is told something else than items, cuts and that the server is away.
    #[must_use]
    pub async fn follow(mut self, last: &str) -> Self {
        loop {
            match self.turn(last).await {
                Turn::Seen => return self,
                Turn::Cut => self.cuts += 1,
                Turn::Resync(reason) => {
                    self.resyncs.push(reason);
                    (self.first, self.start) = self.client.shown(&urgent()).await;
                    (self.cursor, self.told) = (self.start.clone(), Vec::new());
                    self.count.send_modify(|count| *count += 1);
                }
            }
        }
    }

    async fn turn(&mut self, last: &str) -> Turn {
        let Some(mut socket) = Socket::attempt(&self.client).await else {
            sleep(Duration::from_millis(20)).await;
            return Turn::Cut;
        };
        let variables = json!({ "where": urgent(), "after": self.cursor });
        if socket.tries_to_subscribe(CHANGES, variables).await.is_err() {
            return Turn::Cut;
        }
        while let Some(item) = next(&mut socket).await {
            if let Some(reason) = item["reason"].as_str() {
                return Turn::Resync(reason.to_owned());
            }
            self.cursor = item["cursor"].clone();
            if item["__typename"] == "TicketChange" {
                self.take(&item);
                if item["event"]["ticket"]["title"] == last {
                    return Turn::Seen;
                }
            }
        }
        Turn::Cut
    }

    fn take(&mut self, item: &Json) {
        let event = &item["event"];
        self.told.push(Change {
            sequence: event["sequence"].as_u64().expect("a number"),
            transition: item["transition"].as_str().expect("a transition").to_owned(),
            ticket: event["ticketId"].to_string(),
            version: event["ticket"]["version"].clone(),
        });
        self.count.send_modify(|count| *count += 1);
    }

    /// Holds that it was told the filtered log, in order, each change once, and shows what a fresh list does.
    ///
    /// # Panics
    /// When it was not.
    pub async fn must_be_right(&self, client: &Client) {
        let logged = self.logged(client).await;
        let parting = self.told.iter().zip(&logged).find(|(told, logged)| told != logged);
        assert_eq!(parting, None, "told and logged part here");
        assert_eq!(self.told.len(), logged.len(), "told and logged: {:?}", self.told.last());
        let mut shown = self.first.clone();
        for change in &self.told {
            match change.transition.as_str() {
                "LEFT" => shown.remove(&change.ticket),
                _ => shown.insert(change.ticket.clone(), change.version.clone()),
            };
        }
        assert_eq!(shown, client.shown(&urgent()).await.0);
    }

    /// The changes that the log holds, by the filter read anew.
    async fn logged(&self, client: &Client) -> Vec<Change> {
        let mut shown = self.first.clone();
        let events = client.log_after(&self.start).await;
        let tickets = events.iter().filter(|event| !event["ticketId"].is_null());
        let changes = tickets.filter_map(|event| {
            let (ticket, version) = (event["ticketId"].to_string(), event["ticket"]["version"].clone());
            let matches = event["ticket"]["priority"] == "URGENT" && event["ticket"]["deletedAt"].is_null();
            let matched = match matches {
                true => shown.insert(ticket.clone(), version.clone()).is_some(),
                false => shown.remove(&ticket).is_some(),
            };
            let transition = match (matched, matches) {
                (false, true) => "ENTERED",
                (true, true) => "UPDATED",
                (true, false) => "LEFT",
                (false, false) => return None,
            };
            let sequence = event["sequence"].as_u64().expect("a number");
            Some(Change { sequence, transition: transition.to_owned(), ticket, version })
        });
        changes.collect()
    }
}

/// The filter of every dashboard.
pub fn urgent() -> Json {
    json!({ "priority": { "eq": "URGENT" } })
}

/// The next item; None when the stream ends because of the server or of the way to it.
async fn next(socket: &mut Socket) -> Option<Json> {
    let message = match socket.receive().await {
        Ok(message) => message,
        Err(code) => {
            assert_ne!(code, 4403, "the client has every right");
            return None;
        }
    };
    let errors = if message["type"] == "error" { &message["payload"] } else { &message["payload"]["errors"] };
    if !errors.is_null() {
        assert_eq!(errors[0]["extensions"]["code"], "UNAVAILABLE", "{message}");
        return None;
    }
    (message["type"] == "next").then(|| message["payload"]["data"]["ticketChanges"].clone())
}
