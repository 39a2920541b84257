//! Reading statuses.

use async_graphql::{Context, Object, Result};
use sportello_domain::status;

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    neighbours::Neighbours,
    status::TicketStatus,
};

/// What may be asked of statuses.
#[derive(Default)]
pub struct StatusQuery;

#[Object]
impl StatusQuery {
    /// The account's ticket statuses, by position. Deleted ones are left out.
    async fn ticket_statuses(&self, ctx: &Context<'_>) -> Result<Vec<TicketStatus>> {
        let rows = status::list(store(ctx), actor(ctx)?).await.map_err(to_graphql)?;
        let neighbours = Neighbours::now();
        Ok(rows.into_iter().map(|row| TicketStatus::new(row, neighbours.clone())).collect())
    }
}
