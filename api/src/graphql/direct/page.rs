//! Pages of tickets.

use sportello_domain::{
    page::PageInfo,
    ticket::{
        TicketSnapshot,
        list::{Selection, TicketPage},
    },
};

use super::{
    collect::Planned,
    json::Json,
    selected::{Below, Fields, Selected, unknown},
    ticket::{Around, TicketField, ticket},
};
use crate::graphql::{page::count, ticket::contacts_selected};

/// Fields of `TicketConnection`.
pub(super) enum ConnectionField {
    Nodes(Selected<TicketField>),
    Edges(Selected<EdgeField>),
    PageInfo(Selected<PageInfoField>),
    TotalCount,
    EventCursor,
}

impl Fields for ConnectionField {
    const OBJECT: &'static str = "TicketConnection";
    const IS_NODE: bool = false;

    fn read(name: &str, below: &Below<'_, '_>) -> Planned<Self> {
        Ok(match name {
            "nodes" => Self::Nodes(below.object()?),
            "edges" => Self::Edges(below.object()?),
            "pageInfo" => Self::PageInfo(below.object()?),
            "totalCount" => Self::TotalCount,
            "eventCursor" => Self::EventCursor,
            _ => return unknown(),
        })
    }
}

/// Fields of `TicketEdge`.
pub(super) enum EdgeField {
    Cursor,
    Node(Selected<TicketField>),
}

impl Fields for EdgeField {
    const OBJECT: &'static str = "TicketEdge";
    const IS_NODE: bool = false;

    fn read(name: &str, below: &Below<'_, '_>) -> Planned<Self> {
        match name {
            "cursor" => Ok(Self::Cursor),
            "node" => Ok(Self::Node(below.object()?)),
            _ => unknown(),
        }
    }
}

/// Fields of `PageInfo`.
pub(super) enum PageInfoField {
    HasNextPage,
    HasPreviousPage,
    StartCursor,
    EndCursor,
}

impl Fields for PageInfoField {
    const OBJECT: &'static str = "PageInfo";
    const IS_NODE: bool = false;

    fn read(name: &str, _below: &Below<'_, '_>) -> Planned<Self> {
        Ok(match name {
            "hasNextPage" => Self::HasNextPage,
            "hasPreviousPage" => Self::HasPreviousPage,
            "startCursor" => Self::StartCursor,
            "endCursor" => Self::EndCursor,
            _ => return unknown(),
        })
    }
}

/// What has to be read for the page.
pub(super) fn selection(connection: &Selected<ConnectionField>) -> Selection {
    let edges = || connection.fields().filter_map(edges_of);
    let shows = |field: &str| tickets(connection).any(|selected| selected.selects(field));
    let contact = |field: &str| {
        let mut shown = tickets(connection).flat_map(Selected::fields);
        shown.any(|shown| matches!(shown, TicketField::Contact(selected) if selected.selects(field)))
    };
    let contacts = contacts_selected(shows("contact").then_some(contact));
    let cursors = edges().any(|edge| edge.selects("cursor"));
    Selection::of_fields(connection.selects("totalCount"), cursors, contacts, shows)
}

/// Every selection of tickets on the page.
pub(super) fn tickets(
    connection: &Selected<ConnectionField>,
) -> impl Iterator<Item = &Selected<TicketField>> {
    let nodes = connection.fields().filter_map(|field| match field {
        ConnectionField::Nodes(selected) => Some(selected),
        _ => None,
    });
    let below = connection.fields().filter_map(edges_of).flat_map(Selected::fields);
    nodes.chain(below.filter_map(|field| match field {
        EdgeField::Node(selected) => Some(selected),
        EdgeField::Cursor => None,
    }))
}

fn edges_of(field: &ConnectionField) -> Option<&Selected<EdgeField>> {
    match field {
        ConnectionField::Edges(selected) => Some(selected),
        _ => None,
    }
}

/// Writes a page.
pub(super) fn page(
    page: &TicketPage,
    around: &Around<'_>,
    connection: &Selected<ConnectionField>,
    json: &mut Json,
) -> Option<()> {
    connection.write(json, |field, json| match field {
        ConnectionField::Nodes(selected) => {
            json.list(&page.rows, |row, json| ticket(row, around, selected, json))
        }
        ConnectionField::Edges(selected) => {
            json.list(page.cursors.iter().zip(&page.rows), |row, json| edge(row, around, selected, json))
        }
        ConnectionField::PageInfo(selected) => page_info(&page.info, selected, json),
        ConnectionField::TotalCount => json.value(page.total.map(count)),
        ConnectionField::EventCursor => json.value(page.event_cursor.to_string()),
    })
}

fn edge(
    (cursor, row): (&String, &TicketSnapshot),
    around: &Around<'_>,
    selected: &Selected<EdgeField>,
    json: &mut Json,
) -> Option<()> {
    selected.write(json, |field, json| match field {
        EdgeField::Cursor => json.value(cursor),
        EdgeField::Node(selected) => ticket(row, around, selected, json),
    })
}

fn page_info(info: &PageInfo, selected: &Selected<PageInfoField>, json: &mut Json) -> Option<()> {
    selected.write(json, |field, json| match field {
        PageInfoField::HasNextPage => json.value(info.has_next_page),
        PageInfoField::HasPreviousPage => json.value(info.has_previous_page),
        PageInfoField::StartCursor => json.value(&info.start_cursor),
        PageInfoField::EndCursor => json.value(&info.end_cursor),
    })
}
