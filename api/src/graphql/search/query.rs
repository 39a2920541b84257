//! Explaining searches.

use async_graphql::{Context, Object, Result};
use sportello_domain::search;

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    search::types::TicketSearchExplanation,
};

/// What may be asked of searches.
#[derive(Default)]
pub struct SearchQuery;

#[Object]
impl SearchQuery {
    /// How a search text is understood: for showing its field terms as filters, and its mistakes while it is typed.
    async fn ticket_search_explain(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text, as `tickets` takes it.")] search: String,
    ) -> Result<TicketSearchExplanation> {
        let explained = search::explain(store(ctx), actor(ctx)?, &search).await;
        Ok(explained.map_err(to_graphql)?.into())
    }
}
