//! A category as clients see it.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use sportello_domain::{category, page::Slice};
use sportello_entity::{CategoryId, ticket_category};

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    neighbours::Neighbours,
    page::{PageInfo, count},
    scalars::DateTime,
};

/// What tickets are sorted under. It comes into being when its name is used for the first time.
#[derive(Clone)]
pub struct TicketCategory {
    row: Arc<ticket_category::Model>,
    neighbours: Arc<Neighbours>,
}

impl TicketCategory {
    /// The category of this row, counted together with its neighbours.
    pub fn new(row: ticket_category::Model, neighbours: Arc<Neighbours>) -> Self {
        Self { row: Arc::new(row), neighbours }
    }

    /// The category that a row of the answer points at: for a merged one, where it went.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn of(ctx: &Context<'_>, neighbours: &Arc<Neighbours>, id: CategoryId) -> Result<Option<Self>> {
        let directory = neighbours.directory(ctx).await?;
        let row = category::meant_in(directory, id).cloned();
        Ok(row.map(|row| Self::new(row, neighbours.clone())))
    }

    /// The category of that id, unless it is missing or merged.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read tickets.
    pub async fn find(
        ctx: &Context<'_>,
        neighbours: &Arc<Neighbours>,
        id: Option<CategoryId>,
    ) -> Result<Option<Self>> {
        let Some(id) = id else { return Ok(None) };
        let found = category::find(store(ctx), actor(ctx)?, id).await.map_err(to_graphql)?;
        Ok(found.map(|row| Self::new(row, neighbours.clone())))
    }
}

/// What tickets are sorted under. It comes into being when its name is used for the first time.
#[Object]
impl TicketCategory {
    /// Names the category everywhere.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// What people call it: unique in the account, ignoring case and surrounding or repeated spaces.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Whether it is offered no more. Using its name brings it back.
    async fn is_archived(&self) -> bool {
        self.row.is_archived
    }

    /// How many tickets have it now. Deleted tickets do not count.
    async fn ticket_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let tickets = self.neighbours.counts(ctx)?.of_category(self.row.id).await;
        Ok(count(tickets.map_err(to_graphql)?))
    }

    /// When its name was used for the first time.
    async fn created_at(&self) -> DateTime {
        self.row.created_at.into()
    }
}

/// A category in its place in a list.
#[derive(SimpleObject)]
pub struct TicketCategoryEdge {
    /// Its place: go on after or before it.
    cursor: String,
    /// The category.
    node: TicketCategory,
}

/// A page of categories.
#[derive(SimpleObject)]
pub struct TicketCategoryConnection {
    /// The categories with their places.
    edges: Vec<TicketCategoryEdge>,
    /// The categories alone.
    nodes: Vec<TicketCategory>,
    /// What lies around the page.
    page_info: PageInfo,
    /// How many there are on all pages.
    total_count: Option<i32>,
}

impl From<Slice<ticket_category::Model>> for TicketCategoryConnection {
    fn from(slice: Slice<ticket_category::Model>) -> Self {
        let neighbours = Neighbours::now();
        let edge =
            |(cursor, row)| TicketCategoryEdge { cursor, node: TicketCategory::new(row, neighbours.clone()) };
        let edges: Vec<_> = slice.rows.into_iter().map(edge).collect();
        let nodes = edges.iter().map(|edge| edge.node.clone()).collect();
        Self { edges, nodes, page_info: slice.page_info.into(), total_count: Some(count(slice.total)) }
    }
}
