//! Reading categories.

use async_graphql::{Context, Object, Result};
use sportello_domain::{
    Actor,
    category::{self, CategoryFilter},
    page::{ListName, PageArguments, PageRequest, Slice},
    store::Store,
};

use crate::graphql::{
    category::types::TicketCategoryConnection,
    context::{actor, store},
    error::to_graphql,
};

/// What may be asked of categories.
#[derive(Default)]
pub struct CategoryQuery;

#[Object]
impl CategoryQuery {
    /// The account's ticket categories, by creation; 25 when nothing is said, 100 at most.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn ticket_categories(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = false, desc = "Archived ones too.")] include_archived: bool,
        #[graphql(desc = "A part of the name; case and accents do not matter.")] search: Option<String>,
        #[graphql(desc = "How many from the beginning, or after `after`.")] first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<TicketCategoryConnection> {
        let filter = CategoryFilter { include_archived, search };
        let arguments = PageArguments { first, after, last, before };
        page(store(ctx), actor(ctx)?, &filter, arguments).await.map_err(to_graphql)
    }
}

async fn page(
    store: &Store,
    actor: &Actor,
    filter: &CategoryFilter,
    arguments: PageArguments,
) -> sportello_domain::Result<TicketCategoryConnection> {
    let request = PageRequest::new(arguments, PageRequest::DEFAULT)?;
    let rows = category::list(store, actor, filter).await?;
    let list = ListName::new(actor.account_id, &["ticketCategories"]);
    Ok(Slice::cut(rows, &list, &request, |row| row.id.0)?.into())
}
