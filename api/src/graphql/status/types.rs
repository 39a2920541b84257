//! A status as clients see it.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use sportello_domain::{Error, status};
use sportello_entity::{StatusId, ticket_status, value};

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    neighbours::Neighbours,
    page::count,
};

/// Whether work on a ticket goes on or has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "value::MacroStatus")]
pub enum MacroStatus {
    /// Work goes on.
    InProgress,
    /// Work has ended.
    Terminated,
}

/// Where a ticket can stand.
#[derive(Clone)]
pub struct TicketStatus {
    row: Arc<ticket_status::Model>,
    neighbours: Arc<Neighbours>,
}

impl TicketStatus {
    /// The status of this row, counted together with its neighbours.
    pub fn new(row: ticket_status::Model, neighbours: Arc<Neighbours>) -> Self {
        Self { row: Arc::new(row), neighbours }
    }

    /// The status that a row of the answer points at, deleted or not.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn of(ctx: &Context<'_>, neighbours: &Arc<Neighbours>, id: StatusId) -> Result<Self> {
        let row = neighbours.directory(ctx).await?.status(id).cloned();
        let row = row.ok_or_else(|| to_graphql(Error::Internal(format!("there is no status {id}"))))?;
        Ok(Self::new(row, neighbours.clone()))
    }

    /// The status of that id, unless it is missing or deleted.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read tickets.
    pub async fn find(
        ctx: &Context<'_>,
        neighbours: &Arc<Neighbours>,
        id: Option<StatusId>,
    ) -> Result<Option<Self>> {
        let Some(id) = id else { return Ok(None) };
        let found = status::find(store(ctx), actor(ctx)?, id).await.map_err(to_graphql)?;
        Ok(found.map(|row| Self::new(row, neighbours.clone())))
    }
}

/// Where a ticket can stand.
#[Object]
impl TicketStatus {
    /// Names the status everywhere.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// A name for programs that never changes: open, in_progress, waiting, resolved, closed, or a slug of a custom
    /// status's first name.
    async fn key(&self) -> &str {
        &self.row.key
    }

    /// What people call it. Predefined names follow the account's locale until somebody renames them.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Its colour: #rrggbb.
    async fn color(&self) -> &str {
        &self.row.color
    }

    /// Whether work goes on or has ended.
    async fn macro_status(&self) -> MacroStatus {
        self.row.macro_status.into()
    }

    /// Lists are sorted by it.
    async fn position(&self) -> i32 {
        self.row.position
    }

    /// Whether it is one of the five that every account has: these cannot be deleted, nor change their macro-status.
    async fn is_predefined(&self) -> bool {
        self.row.is_predefined
    }

    /// Whether new tickets get it. Exactly one status is the default, and it is IN_PROGRESS.
    async fn is_default(&self) -> bool {
        self.row.is_default
    }

    /// Whether it was deleted: such a one is only seen through what still points at it.
    async fn is_deleted(&self) -> bool {
        self.row.deleted_at.is_some()
    }

    /// How many tickets have it now. Deleted tickets do not count.
    async fn ticket_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let tickets = self.neighbours.counts(ctx)?.of_status(self.row.id).await;
        Ok(count(tickets.map_err(to_graphql)?))
    }
}
