//! A page of tickets.

use async_graphql::SimpleObject;
use sportello_domain::ticket::list::TicketPage;

use crate::graphql::{
    neighbours::Neighbours,
    page::{PageInfo, count},
    scalars::EventCursor,
    ticket::Ticket,
};

/// A page of tickets, with the place in the log that it was read at.
#[derive(SimpleObject)]
pub struct TicketConnection {
    /// The tickets with their page cursors.
    edges: Vec<TicketEdge>,
    /// The tickets.
    nodes: Vec<Ticket>,
    /// Whether there is more on either side.
    page_info: PageInfo,
    /// How many match in all. Counted only when selected.
    total_count: Option<i32>,
    /// The log position that this page was read at, in the same snapshot: subscribe with `after: eventCursor`, and
    /// nothing is missed or seen twice.
    event_cursor: EventCursor,
}

/// One ticket of a page.
#[derive(SimpleObject)]
pub struct TicketEdge {
    /// Its place in this list: for `after` and `before`.
    cursor: String,
    /// The ticket.
    node: Ticket,
}

impl TicketConnection {
    /// The page as clients see it.
    pub fn of(page: TicketPage) -> Self {
        let TicketPage { rows, cursors, info, total, event_cursor, directory, contacts } = page;
        let neighbours = Neighbours::of(directory, contacts);
        let nodes: Vec<Ticket> = rows.into_iter().map(|row| Ticket::new(row, neighbours.clone())).collect();
        let edge = |(cursor, node): (String, &Ticket)| TicketEdge { cursor, node: node.clone() };
        Self {
            edges: cursors.into_iter().zip(&nodes).map(edge).collect(),
            nodes,
            page_info: info.into(),
            total_count: total.map(count),
            event_cursor: event_cursor.to_string().into(),
        }
    }
}
