//! A ticket as clients see it.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use sportello_domain::{
    page::{ListName, PageArguments, PageRequest, Slice},
    ticket::{self, TicketSnapshot},
};
use sportello_entity::{TicketId, value};

use crate::graphql::{
    actor::{self, Actor},
    category::TicketCategory,
    contact::Contact,
    context::{actor as asker, store},
    error::to_graphql,
    event::{TicketEvent, TicketEventConnection, TicketEventEdge},
    neighbours::Neighbours,
    page::count,
    people::User,
    scalars::DateTime,
    status::{MacroStatus, TicketStatus},
    ticket::note::TicketNoteConnection,
};

/// How urgent a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, serde::Serialize)]
#[graphql(remote = "value::Priority")]
pub enum TicketPriority {
    /// When there is time.
    Low,
    /// As usual.
    Medium,
    /// Before the usual ones.
    High,
    /// Now.
    Urgent,
}

/// Where a ticket came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "value::TicketSource")]
pub enum TicketSource {
    /// An operator opened it.
    Operator,
    /// An automation opened it.
    Automation,
    /// An API key opened it.
    Api,
    /// It was brought along from another desk.
    Import,
}

/// A ticket: one matter of one contact.
#[derive(Clone)]
pub struct Ticket {
    state: Arc<TicketSnapshot>,
    neighbours: Arc<Neighbours>,
}

impl Ticket {
    /// A ticket in this state, pointing at these.
    pub fn new(state: TicketSnapshot, neighbours: Arc<Neighbours>) -> Self {
        Self::shared(Arc::new(state), neighbours)
    }

    /// The same, of a state that others show as well.
    pub fn shared(state: Arc<TicketSnapshot>, neighbours: Arc<Neighbours>) -> Self {
        Self { state, neighbours }
    }

    /// A ticket in this state, pointing at what is there now.
    pub fn now(state: TicketSnapshot) -> Self {
        Self::new(state, Neighbours::now())
    }

    /// The ticket of that id, unless it is missing or deleted.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read tickets.
    pub async fn find(ctx: &Context<'_>, id: TicketId) -> Result<Option<Self>> {
        Self::named(ctx, ticket::TicketKey::Id(id)).await
    }

    /// The ticket of that name, unless it is missing or deleted.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read tickets.
    pub async fn named(ctx: &Context<'_>, key: ticket::TicketKey) -> Result<Option<Self>> {
        let found = ticket::by_key(store(ctx), asker(ctx)?, &key).await.map_err(to_graphql)?;
        Ok(found.map(Self::now))
    }
}

/// A ticket: one matter of one contact.
#[Object]
impl Ticket {
    /// Names the ticket everywhere.
    pub async fn id(&self) -> ID {
        self.state.id.to_string().into()
    }

    /// What people call it by, such as T-1042: unique in the account, ignoring case; it never changes.
    async fn reference(&self) -> &str {
        &self.state.reference
    }

    /// The integrator's own key, unique in the account.
    async fn external_id(&self) -> Option<&str> {
        self.state.external_id.as_deref()
    }

    /// What it is about, in one line.
    async fn title(&self) -> &str {
        &self.state.title
    }

    /// What it is about, at length; "" when nothing was written.
    async fn description(&self) -> &str {
        &self.state.description
    }

    /// How urgent it is.
    async fn priority(&self) -> TicketPriority {
        self.state.priority.into()
    }

    /// Where it stands.
    async fn status(&self, ctx: &Context<'_>) -> Result<TicketStatus> {
        TicketStatus::of(ctx, &self.neighbours, self.state.status_id).await
    }

    /// Whether work goes on or has ended: what its status means.
    async fn macro_status(&self) -> MacroStatus {
        self.state.macro_status.into()
    }

    /// What it is sorted under; null: uncategorised.
    async fn category(&self, ctx: &Context<'_>) -> Option<Result<TicketCategory>> {
        TicketCategory::of(ctx, &self.neighbours, self.state.category_id?).await.transpose()
    }

    /// Whose matter it is.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Contact> {
        match self.neighbours.contact_of_ticket(self.state.contact_id) {
            Some(row) => Ok(row.clone().into()),
            None => Contact::get(ctx, &self.neighbours, self.state.contact_id).await,
        }
    }

    /// Who works on it; null: nobody yet.
    async fn assignee(&self, ctx: &Context<'_>) -> Option<Result<User>> {
        let id = self.state.assignee_id?;
        let directory = self.neighbours.directory(ctx).await;
        directory.map(|directory| directory.user(id).cloned().map(User::from)).transpose()
    }

    /// Where it came from.
    async fn source(&self) -> TicketSource {
        self.state.source.into()
    }

    /// Who opened it.
    async fn opened_by(&self, ctx: &Context<'_>) -> Result<Actor> {
        actor::resolve(ctx, &self.neighbours, self.state.opened_by).await
    }

    /// When it was opened.
    async fn opened_at(&self) -> DateTime {
        self.state.opened_at.into()
    }

    /// When it last changed, notes included.
    async fn updated_at(&self) -> DateTime {
        self.state.updated_at.into()
    }

    /// When it entered its status.
    async fn status_changed_at(&self) -> DateTime {
        self.state.status_changed_at.into()
    }

    /// When it was closed: set on entering TERMINATED, cleared on reopening.
    async fn closed_at(&self) -> Option<DateTime> {
        self.state.closed_at.map(DateTime)
    }

    /// When the contact was first answered after opening. Not part of the version.
    async fn first_response_at(&self) -> Option<DateTime> {
        self.state.first_response_at.map(DateTime)
    }

    /// When it was deleted; null for every ticket that lists show.
    async fn deleted_at(&self) -> Option<DateTime> {
        self.state.deleted_at.map(DateTime)
    }

    /// How often it was opened again.
    async fn reopen_count(&self) -> i32 {
        self.state.reopen_count
    }

    /// 1 at first, one more at each committed change, notes included. Send it as expectedVersion.
    async fn version(&self) -> i32 {
        self.state.version
    }

    /// How many notes it has.
    async fn note_count(&self) -> i32 {
        self.state.note_count
    }

    /// Its notes, oldest first; 10 when nothing is said, 100 at most.
    async fn notes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`.")] first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<TicketNoteConnection> {
        let arguments = PageArguments { first, after, last, before };
        Box::pin(TicketNoteConnection::of(ctx, &self.neighbours, self.state.id, arguments)).await
    }

    /// What happened to it, oldest first; 10 when nothing is said, 100 at most.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`.")] first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<TicketEventConnection> {
        let arguments = PageArguments { first, after, last, before };
        Box::pin(history(ctx, self.state.id, arguments)).await.map_err(to_graphql)
    }
}

async fn history(
    ctx: &Context<'_>,
    id: TicketId,
    arguments: PageArguments,
) -> sportello_domain::Result<TicketEventConnection> {
    let request = PageRequest::new(arguments, PageRequest::NESTED)?;
    let actor = ctx.data_unchecked::<sportello_domain::Actor>();
    let list = ListName::new(actor.account_id, &["history", &id.to_string()]);
    let events = ticket::history(store(ctx), actor, id).await?;
    let slice = Slice::cut(events, &list, &request, |event| event.id.0)?;
    let shown: Vec<_> = slice.rows.iter().map(|(_, event)| Arc::clone(event)).collect();
    let neighbours = Neighbours::of_events(&shown);
    let edge = |(cursor, event)| TicketEventEdge {
        cursor,
        node: TicketEvent { event, neighbours: neighbours.clone() },
    };
    let edges: Vec<_> = slice.rows.into_iter().map(edge).collect();
    Ok(TicketEventConnection {
        nodes: edges.iter().map(|edge| edge.node.clone()).collect(),
        edges,
        page_info: slice.page_info.into(),
        total_count: Some(count(slice.total)),
    })
}
