//! A view as clients see it.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use sportello_domain::{page::PageArguments, page::PageRequest, ticket::list, view};
use sportello_entity::{TicketViewId, ticket_view};

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    neighbours::Neighbours,
    people::User,
    ticket::{
        ListArguments, TicketConnection, TicketOrder,
        order::{OrderDirection, TicketOrderField},
    },
};

/// A search that somebody keeps.
#[derive(Clone)]
pub struct TicketView {
    row: Arc<ticket_view::Model>,
    neighbours: Arc<Neighbours>,
}

/// One field that a view sorts by.
#[derive(SimpleObject)]
pub struct TicketOrdering {
    /// What.
    field: TicketOrderField,
    /// Which way.
    direction: OrderDirection,
}

impl TicketView {
    /// The view of this row.
    pub fn new(row: ticket_view::Model, neighbours: Arc<Neighbours>) -> Self {
        Self { row: Arc::new(row), neighbours }
    }

    /// The view of that id, if it may be seen.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read tickets.
    pub async fn find(
        ctx: &Context<'_>,
        neighbours: &Arc<Neighbours>,
        id: Option<TicketViewId>,
    ) -> Result<Option<Self>> {
        let Some(id) = id else { return Ok(None) };
        let found = view::find(store(ctx), actor(ctx)?, id).await.map_err(to_graphql)?;
        Ok(found.map(|row| Self::new(row, neighbours.clone())))
    }
}

/// A search that somebody keeps, for themselves or for everybody of the account.
#[Object]
impl TicketView {
    /// Names the view everywhere.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// The search text, as `tickets` takes it; give it to `ticketStatistics` for live counts.
    async fn search(&self) -> &str {
        &self.row.search
    }

    /// By what its tickets are sorted; empty: as `tickets` sorts when nothing is said.
    async fn order_by(&self) -> Result<Vec<TicketOrdering>> {
        let order = view::order_of(&self.row).map_err(to_graphql)?;
        Ok(order.into_iter().map(TicketOrdering::from).collect())
    }

    /// Whether everybody of the account sees it.
    async fn is_shared(&self) -> bool {
        self.row.is_shared
    }

    /// Who made it.
    async fn owner(&self, ctx: &Context<'_>) -> Option<Result<User>> {
        let directory = self.neighbours.directory(ctx).await;
        directory.map(|directory| directory.user(self.row.owner_id).cloned().map(User::from)).transpose()
    }

    /// The tickets that match now, in the view's order; 10 when nothing is said, 100 at most. A name in the search that
    /// is no more, such as a deleted status, is SEARCH_INVALID.
    async fn tickets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`.")] first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<TicketConnection> {
        let order = view::order_of(&self.row).map_err(to_graphql)?;
        let arguments = ListArguments {
            search: Some(self.row.search.clone()),
            filter: None,
            order_by: Some(order.into_iter().map(TicketOrder::from).collect()),
            page: PageArguments { first, after, last, before },
        };
        Box::pin(crate::graphql::ticket::list(ctx, arguments, None, PageRequest::NESTED)).await
    }
}

impl From<list::TicketOrder> for TicketOrdering {
    fn from(list::TicketOrder { field, direction }: list::TicketOrder) -> Self {
        Self { field: field.into(), direction: direction.into() }
    }
}
