//! The plan of one operation: what is asked of the domain, and how the answer is written.

use std::collections::{HashMap, HashSet};

use async_graphql::{Variables, parser::types::OperationDefinition};
use sportello_document::Operation;
use sportello_domain::{
    Actor, Permission,
    contact::find_ids,
    page::PageRequest,
    ticket::list::{self, Selection, TicketPage},
};
use sportello_entity::{ContactId, contact, value::ActorKind};

use super::{
    arguments::{Arguments, Values},
    collect::{Collector, Planned},
    json::Json,
    page::{self, ConnectionField},
    selected::{Below, Fields, Selected, unknown},
    ticket::Around,
};
use crate::graphql::Desk;

/// About what one ticket takes in an answer, in bytes.
const TICKET_BYTES: usize = 500;

/// A query for one page of tickets.
pub(super) struct Plan(Selected<QueryField>);

enum QueryField {
    Tickets(Box<List>),
}

struct List {
    arguments: Arguments,
    connection: Selected<ConnectionField>,
    selection: Selection,
    shows_openers: bool,
}

impl Fields for QueryField {
    const OBJECT: &'static str = "Query";
    const IS_NODE: bool = false;

    fn read(name: &str, below: &Below<'_, '_>) -> Planned<Self> {
        if name != "tickets" {
            return unknown();
        }
        let connection = below.object()?;
        let shows_openers = page::tickets(&connection).any(|selected| selected.selects("openedBy"));
        let arguments = below.field.arguments.iter();
        Ok(Self::Tickets(Box::new(List {
            arguments: arguments.map(|(name, value)| (name.node.clone(), value.node.clone())).collect(),
            selection: page::selection(&connection),
            shows_openers,
            connection,
        })))
    }
}

impl Plan {
    /// The plan of an operation that asks for one page of tickets and nothing else.
    pub(super) fn of<'document>(
        collector: &Collector<'document>,
        operation: &'document OperationDefinition,
    ) -> Planned<Self> {
        let root = Selected::at_root(collector, &operation.selection_set.node)?;
        if root.fields().count() == 1 { Ok(Self(root)) } else { unknown() }
    }

    /// The whole answer; None where the resolvers have to be asked.
    pub(super) async fn answer(
        &self,
        desk: &Desk,
        actor: &Actor,
        operation: Operation<'_>,
        given: &Variables,
    ) -> Option<Vec<u8>> {
        let QueryField::Tickets(list) = self.0.fields().next()?;
        let arguments = Values { operation: operation.definition()?, given }.list(&list.arguments).ok()?;
        let (now, size) = (desk.store.now(), PageRequest::DEFAULT);
        let query = arguments.into_query(actor, now, None, size, list.selection).ok()?;
        let page = list::tickets(&desk.store, actor, &query).await.ok()?;
        let openers = list.openers(desk, actor, &page).await?;
        let around = Around {
            directory: &page.directory,
            contacts: &page.contacts,
            openers: &openers,
            sees_contacts: actor.may(Permission::ReadContacts),
        };
        let mut json = Json::with_capacity(page.rows.len() * TICKET_BYTES);
        json.raw("{\"data\":");
        self.0.write(&mut json, |QueryField::Tickets(list), json| {
            page::page(&page, &around, &list.connection, json)
        })?;
        json.raw("}");
        Some(json.into_bytes())
    }
}

impl List {
    /// The contacts who opened tickets of the page, if that is shown.
    async fn openers(
        &self,
        desk: &Desk,
        actor: &Actor,
        page: &TicketPage,
    ) -> Option<HashMap<ContactId, contact::Model>> {
        let opened_by = page.rows.iter().map(|row| row.opened_by).filter(|_| self.shows_openers);
        let contacts = opened_by.filter(|opener| opener.kind == ActorKind::Contact);
        let ids: HashSet<_> = contacts.filter_map(|opener| opener.id).map(ContactId).collect();
        if ids.is_empty() {
            return Some(HashMap::new());
        }
        let ids: Vec<_> = ids.into_iter().collect();
        let rows = find_ids(&desk.store, actor, &ids).await.ok()?;
        Some(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}
