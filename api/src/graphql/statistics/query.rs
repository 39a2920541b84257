//! Asking for statistics.

use async_graphql::{Context, Object, Result};
use sportello_domain::{Permission, statistics::statistics};

use super::{
    inputs::{Arguments, Period},
    types::TicketStatistics,
};
use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    ticket::TicketWhere,
};

/// What may be asked of numbers.
#[derive(Default)]
pub struct StatisticsQuery;

#[Object]
impl StatisticsQuery {
    /// The numbers of the desk: what is open, how long closing takes, what the days of the period brought. Of all tickets,
    /// or only of those that a search and a filter take.
    async fn ticket_statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only tickets that this finds, as on the list.")] search: Option<String>,
        #[graphql(
            name = "where",
            desc = "Only tickets that match, as on the list. Relative times are fine."
        )]
        filter: Option<TicketWhere>,
        #[graphql(desc = "What bounds closing times and days: the last 30 days when absent.")] period: Option<
            Period,
        >,
    ) -> Result<TicketStatistics> {
        let (store, actor) = (store(ctx), actor(ctx)?);
        actor.require(Permission::ReadTickets).map_err(to_graphql)?;
        let query = Arguments { search, filter, period }.read(actor, store.now()).map_err(to_graphql)?;
        Ok(statistics(store, actor, &query).await.map_err(to_graphql)?.into())
    }
}
