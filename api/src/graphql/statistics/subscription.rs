//! Statistics as they change.

use async_graphql::{Context, Result, Subscription};
use async_stream::stream;
use futures_util::Stream;
use sportello_domain::{Permission, statistics::LiveStatistics};
use sportello_transport::SlowConsumer;

use super::{
    inputs::{Arguments, Period},
    types::TicketStatistics,
};
use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    ticket::TicketWhere,
};

/// What can be watched of numbers.
#[derive(Default)]
pub struct StatisticsSubscription;

#[Subscription]
impl StatisticsSubscription {
    /// The numbers of the desk as they are, at once, and whenever they are different: at most once a second. Each time they
    /// are what the query answers at that place of the log.
    async fn ticket_statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only tickets that this finds, as on the list.")] search: Option<String>,
        #[graphql(
            name = "where",
            desc = "Only tickets that match, as on the list. Relative times are fine: it recounts."
        )]
        filter: Option<TicketWhere>,
        #[graphql(
            desc = "What bounds closing times and days: the last 30 days when absent. It moves on with the time."
        )]
        period: Option<Period>,
    ) -> Result<impl Stream<Item = Result<TicketStatistics>> + use<>> {
        let (store, actor) = (store(ctx).clone(), actor(ctx)?.clone());
        actor.require(Permission::ReadTickets).map_err(to_graphql)?;
        let slow = ctx.data_opt::<SlowConsumer>().cloned();
        let question = Arguments { search, filter, period }.question(&actor);
        let mut live = LiveStatistics::new(store, actor, question);
        let first = live.next().await.map_err(to_graphql)?;
        Ok(stream! {
            yield Ok(TicketStatistics::from(first));
            loop {
                let next = match &slow {
                    Some(slow) => tokio::select! {
                        next = live.next() => next,
                        // Who reads too slowly misses nothing that the next statistics do not say.
                        () = slow.noticed() => return,
                    },
                    None => live.next().await,
                };
                let is_over = next.is_err();
                yield next.map(TicketStatistics::from).map_err(to_graphql);
                if is_over {
                    return;
                }
            }
        })
    }
}
