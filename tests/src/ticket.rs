//! What people do with tickets, in a word each.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::{Client, Socket};

/// What stories look at of a ticket.
pub const TICKET: &str = "id reference externalId title description priority status { id key name } macroStatus \
     category { id name } contact { id name } assignee { id } source openedAt updatedAt statusChangedAt closedAt \
     deletedAt reopenCount version noteCount";

/// The subscription that stories watch.
pub const CHANGES: &str = "subscription($where: TicketWhere, $after: EventCursor) {
    ticketChanges(where: $where, after: $after) {
        __typename
        ... on TicketChange { cursor transition event {
            sequence type ticketId changes { field before after }
            ticket { id reference title version priority status { key } category { name } noteCount }
        } }
        ... on RelatedChange { cursor event { __typename type sequence } }
        ... on StreamCheckpoint { cursor }
        ... on ResyncRequired { reason }
    } }";

/// A customer whom every story may call.
const PHONE: &str = "+393510000001";

impl Client {
    /// Opens a ticket of this title and gives it.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn opens(&self, title: &str) -> Json {
        self.opens_with(json!({ "title": title })).await
    }

    /// Opens a ticket with this input; the customer, where none is named, is always the same.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn opens_with(&self, input: Json) -> Json {
        let selection = format!("ticket {{ {TICKET} }}");
        self.does("ticketOpen", &selection, opening(input)).await["ticket"].clone()
    }

    /// Changes the ticket of this id and gives it.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn updates(&self, id: &Json, changes: Json) -> Json {
        let selection = format!("ticket {{ {TICKET} }}");
        self.does("ticketUpdate", &selection, by(id, changes)).await["ticket"].clone()
    }

    /// The ticket of this id; null where there is none.
    ///
    /// # Panics
    /// On an error.
    pub async fn ticket(&self, id: &Json) -> Json {
        let document = format!("query($id: ID!) {{ ticket(by: {{ id: $id }}) {{ {TICKET} }} }}");
        self.read(&document, json!({ "id": id })).await["ticket"].clone()
    }

    /// The list of tickets with these arguments.
    ///
    /// # Panics
    /// On an error.
    pub async fn tickets(&self, arguments: Json) -> Json {
        self.tickets_showing(TICKET, arguments).await.data()["tickets"].clone()
    }

    /// The same with another selection, errors and all.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn tickets_showing(&self, selection: &str, arguments: Json) -> crate::Answer {
        let document = format!(
            "query($search: String, $where: TicketWhere, $orderBy: [TicketOrder!], $first: Int, $after: String, \
             $last: Int, $before: String) {{ tickets(search: $search, where: $where, orderBy: $orderBy, \
             first: $first, after: $after, last: $last, before: $before) {{ nodes {{ {selection} }} \
             pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} totalCount eventCursor }} }}"
        );
        self.ask(&document, arguments).await
    }

    /// The id of the status with this key.
    ///
    /// # Panics
    /// When there is none.
    pub async fn status(&self, key: &str) -> Json {
        let data = self.read("{ ticketStatuses { id key } }", json!({})).await;
        let statuses = data["ticketStatuses"].as_array().expect("a list");
        statuses.iter().find(|status| status["key"] == key).expect("the status")["id"].clone()
    }

    /// The versions, by their ids, of all tickets that match, and the place in the log at which this was so.
    ///
    /// # Panics
    /// On an error.
    pub async fn shown(&self, filter: &Json) -> (BTreeMap<String, Json>, Json) {
        let (mut shown, mut after, mut cursor) = (BTreeMap::new(), Json::Null, Json::Null);
        loop {
            let page = self.tickets(json!({ "first": 100, "after": after, "where": filter })).await;
            if cursor.is_null() {
                cursor = page["eventCursor"].clone();
            }
            for ticket in page["nodes"].as_array().expect("a list") {
                shown.insert(ticket["id"].to_string(), ticket["version"].clone());
            }
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                return (shown, cursor);
            }
        }
    }

    /// The log from its beginning: all events.
    ///
    /// # Panics
    /// On an error.
    pub async fn log(&self) -> Vec<Json> {
        self.log_after(&Json::Null).await
    }

    /// The log after this place.
    ///
    /// # Panics
    /// On an error.
    pub async fn log_after(&self, place: &Json) -> Vec<Json> {
        let document = "query($after: EventCursor) { changes(after: $after, first: 100) { cursor hasMore events { \
                        __typename sequence type cursor ... on TicketEvent { ticketId changes { field before after } \
                        ticket { title priority version deletedAt } } } } }";
        let (mut events, mut after) = (Vec::new(), place.clone());
        loop {
            let page = self.read(document, json!({ "after": after })).await["changes"].take();
            events.extend(page["events"].as_array().expect("a list").iter().cloned());
            after = page["cursor"].clone();
            if page["hasMore"] == false {
                return events;
            }
        }
    }

    /// Watches tickets over a WebSocket.
    ///
    /// # Panics
    /// When the socket is not admitted.
    pub async fn watches(&self, filter: Json, after: &Json) -> Socket {
        let mut socket = self.socket().await;
        socket.subscribe(CHANGES, json!({ "where": filter, "after": after })).await;
        socket
    }

    /// The same from now on: the first checkpoint has come.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn watches_from_now(&self, filter: Json) -> Socket {
        let mut socket = self.watches(filter, &Json::Null).await;
        assert_eq!(socket.item().await["__typename"], "StreamCheckpoint");
        socket
    }
}

/// An input of ticketOpen, with the customer.
pub(crate) fn opening(mut input: Json) -> Json {
    if input["contactId"].is_null() && input["contactPhone"].is_null() {
        input["contactPhone"] = PHONE.into();
    }
    input
}

/// An input that names the ticket by its id.
fn by(id: &Json, mut input: Json) -> Json {
    input["by"] = json!({ "id": id });
    input
}
