//! Reading views.

use async_graphql::{Context, Object, Result};
use sportello_domain::view;

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    neighbours::Neighbours,
    view::TicketView,
};

/// What may be asked of views.
#[derive(Default)]
pub struct ViewQuery;

#[Object]
impl ViewQuery {
    /// One's own views and those that are shared, by creation. An API key sees the shared ones.
    async fn ticket_views(&self, ctx: &Context<'_>) -> Result<Vec<TicketView>> {
        let rows = view::list(store(ctx), actor(ctx)?).await.map_err(to_graphql)?;
        let neighbours = Neighbours::now();
        Ok(rows.into_iter().map(|row| TicketView::new(row, neighbours.clone())).collect())
    }
}
