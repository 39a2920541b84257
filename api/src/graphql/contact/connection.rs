//! A page of contacts.

use async_graphql::SimpleObject;
use sportello_domain::contact::list::ContactPage;
use sportello_entity::ContactId;

use crate::graphql::{
    contact::Contact,
    neighbours::Neighbours,
    page::{PageInfo, count},
    scalars::EventCursor,
};

/// A page of contacts, with the place in the log that it was read at.
#[derive(SimpleObject)]
pub struct ContactConnection {
    /// The contacts with their page cursors.
    edges: Vec<ContactEdge>,
    /// The contacts.
    nodes: Vec<Contact>,
    /// Whether there is more on either side.
    page_info: PageInfo,
    /// How many match in all. Counted only when selected.
    total_count: Option<i32>,
    /// The log position that this page was read at, in the same snapshot.
    event_cursor: EventCursor,
}

/// One contact of a page.
#[derive(SimpleObject)]
pub struct ContactEdge {
    /// Its place in this list: for `after` and `before`.
    cursor: String,
    /// The contact.
    node: Contact,
}

impl From<ContactPage> for ContactConnection {
    fn from(page: ContactPage) -> Self {
        let ContactPage { rows, cursors, info, total, event_cursor } = page;
        let ids: Vec<ContactId> = rows.iter().map(|row| row.id).collect();
        let neighbours = Neighbours::of_contacts(ids.into_iter());
        let nodes: Vec<Contact> =
            rows.into_iter().map(|row| Contact::beside(row, neighbours.clone())).collect();
        let edge = |(cursor, node): (String, &Contact)| ContactEdge { cursor, node: node.clone() };
        Self {
            edges: cursors.into_iter().zip(&nodes).map(edge).collect(),
            nodes,
            page_info: info.into(),
            total_count: total.map(count),
            event_cursor: event_cursor.to_string().into(),
        }
    }
}
