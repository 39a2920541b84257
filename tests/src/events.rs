//! Server-Sent Events, as an EventSource reads them.

use serde_json::{Value as Json, json};

use crate::{Client, run::in_time};

/// An open event stream.
pub struct Events {
    response: reqwest::Response,
    rest: String,
}

/// One event: its kind, its id if it has one, and its data.
pub type Event = (String, Option<String>, Json);

impl Events {
    /// Opens one.
    ///
    /// # Panics
    /// When the server gives none.
    pub async fn open(client: &Client, document: &str, variables: Json, last_id: Option<&str>) -> Self {
        let mut request = client.request(reqwest::Method::POST).header("accept", "text/event-stream");
        if let Some(last_id) = last_id {
            request = request.header("last-event-id", last_id);
        }
        let request = request.json(&json!({ "query": document, "variables": variables }));
        let response = in_time("an event stream", request.send()).await.expect("an event stream");
        let kind = response.headers()["content-type"].to_str().expect("a text").to_owned();
        assert!(kind.starts_with("text/event-stream"), "{kind}");
        Self { response, rest: String::new() }
    }

    /// The next event; none at the end.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.rest.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.rest = rest;
                match parse(&event) {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let chunk = in_time("an event", self.response.chunk()).await.ok()??;
            self.rest.push_str(std::str::from_utf8(&chunk).expect("whole characters"));
        }
    }

    /// The next `TicketChange` with its id: what else comes is skipped.
    ///
    /// # Panics
    /// When the stream ends or fails.
    pub async fn change(&mut self) -> (String, Json) {
        loop {
            let (id, item) = self.item().await;
            if item["__typename"] == "TicketChange" {
                return (id, item);
            }
        }
    }

    /// The next item of `ticketChanges` with its id.
    ///
    /// # Panics
    /// When the stream ends or fails.
    pub async fn item(&mut self) -> (String, Json) {
        let (kind, id, data) = self.next().await.expect("the stream goes on");
        assert_eq!(kind, "next", "{data}");
        let item = data["data"]["ticketChanges"].clone();
        assert!(!item.is_null(), "{data}");
        (id.unwrap_or_default(), item)
    }
}

/// None: a comment.
fn parse(text: &str) -> Option<Event> {
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim_start);
    let kind = field("event:")?.to_owned();
    let data = serde_json::from_str(field("data:").unwrap_or_default()).unwrap_or_default();
    Some((kind, field("id:").map(str::to_owned), data))
}
