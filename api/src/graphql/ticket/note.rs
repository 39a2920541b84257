//! Notes on a ticket.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use sportello_domain::{
    ActorRef,
    page::{ListName, PageArguments, PageRequest, Slice},
    ticket,
};
use sportello_entity::{NoteId, TicketId, ticket_note};

use crate::graphql::{
    actor::{self, Actor},
    context::{actor as asker, store},
    error::to_graphql,
    neighbours::Neighbours,
    page::{PageInfo, count},
    scalars::DateTime,
    ticket::Ticket,
};

/// A note that operators left on a ticket. Customers never see it.
#[derive(Clone)]
pub struct TicketNote {
    row: ticket_note::Model,
    neighbours: Arc<Neighbours>,
}

impl TicketNote {
    /// The note of this row.
    pub fn new(row: ticket_note::Model, neighbours: Arc<Neighbours>) -> Self {
        Self { row, neighbours }
    }

    /// The note of that id, as it is now; None once deleted.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read tickets.
    pub async fn find(
        ctx: &Context<'_>,
        neighbours: &Arc<Neighbours>,
        id: Option<NoteId>,
    ) -> Result<Option<Self>> {
        let Some(id) = id else { return Ok(None) };
        Ok(neighbours.note(ctx, id).await?.map(|row| Self::new(row, neighbours.clone())))
    }
}

/// A note that operators left on a ticket. Customers never see it.
#[Object]
impl TicketNote {
    /// Names the note everywhere.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// The ticket that it is on.
    async fn ticket(&self, ctx: &Context<'_>) -> Result<Ticket> {
        let snapshot =
            ticket::get_visible(store(ctx), asker(ctx)?, self.row.ticket_id).await.map_err(to_graphql)?;
        Ok(Ticket::new(snapshot, self.neighbours.clone()))
    }

    /// Who wrote it.
    async fn author(&self, ctx: &Context<'_>) -> Result<Actor> {
        let author = ActorRef { kind: self.row.author_kind, id: self.row.author_id };
        actor::resolve(ctx, &self.neighbours, author).await
    }

    /// What it says.
    async fn body(&self) -> &str {
        &self.row.body
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime {
        self.row.created_at.into()
    }

    /// When its text was last changed; null: never.
    async fn edited_at(&self) -> Option<DateTime> {
        self.row.edited_at.map(DateTime)
    }
}

/// A page of a ticket's notes.
#[derive(SimpleObject)]
pub struct TicketNoteConnection {
    /// The notes with their page cursors.
    edges: Vec<TicketNoteEdge>,
    /// The notes.
    nodes: Vec<TicketNote>,
    /// Whether there is more on either side.
    page_info: PageInfo,
    /// How many there are in all.
    total_count: Option<i32>,
}

/// One note of a page.
#[derive(SimpleObject)]
pub struct TicketNoteEdge {
    /// Its place in this list: for `after` and `before`.
    cursor: String,
    /// The note.
    node: TicketNote,
}

impl TicketNoteConnection {
    /// A page of the ticket's notes.
    ///
    /// # Errors
    /// BAD_REQUEST and CURSOR_INVALID for the arguments.
    pub async fn of(
        ctx: &Context<'_>,
        neighbours: &Arc<Neighbours>,
        id: TicketId,
        arguments: PageArguments,
    ) -> Result<Self> {
        let actor = asker(ctx)?;
        let request = PageRequest::new(arguments, PageRequest::NESTED).map_err(to_graphql)?;
        let notes = ticket::notes(store(ctx), actor, id).await.map_err(to_graphql)?;
        let list = ListName::new(actor.account_id, &["notes", &id.to_string()]);
        let slice = Slice::cut(notes, &list, &request, |note| note.id.0).map_err(to_graphql)?;
        let edge = |(cursor, row)| TicketNoteEdge { cursor, node: TicketNote::new(row, neighbours.clone()) };
        let edges: Vec<_> = slice.rows.into_iter().map(edge).collect();
        Ok(Self {
            nodes: edges.iter().map(|edge| edge.node.clone()).collect(),
            edges,
            page_info: slice.page_info.into(),
            total_count: Some(count(slice.total)),
        })
    }
}
