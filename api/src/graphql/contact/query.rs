//! Finding and listing contacts.

use async_graphql::{Context, Object, Result};
use sportello_domain::{
    contact::{self, list::ContactListQuery},
    dynamic_field,
    filter::ContactFilter,
    page::{PageArguments, PageRequest},
};

use crate::graphql::{
    contact::{Contact, connection::ContactConnection, dynamic_field::DynamicField, inputs::ContactBy},
    context::{actor, store},
    error::to_graphql,
    ticket::ContactWhere,
};

/// What may be asked of contacts.
#[derive(Default)]
pub struct ContactQuery;

#[Object]
impl ContactQuery {
    /// A contact by one of its names; null when there is none.
    async fn contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] by: ContactBy,
    ) -> Option<Result<Contact>> {
        find(ctx, by).await.transpose()
    }

    /// Contacts that match, by name.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Words that must all occur in the name, the phone number or the e-mail address.")]
        search: Option<String>,
        #[graphql(name = "where", desc = "Only contacts that match.")] filter: Option<ContactWhere>,
        #[graphql(desc = "How many from the beginning, or after `after`: 25 when absent, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<ContactConnection> {
        let page = PageArguments { first, after, last, before };
        let query = list_query(ctx, search, filter, page)?;
        let page = contact::list::contacts(store(ctx), actor(ctx)?, &query).await.map_err(to_graphql)?;
        Ok(page.into())
    }

    /// What texts can be filled with: the reserved codes, then the account's own.
    async fn dynamic_fields(&self, ctx: &Context<'_>) -> Result<Vec<DynamicField>> {
        let fields = dynamic_field::list(store(ctx), actor(ctx)?).await.map_err(to_graphql)?;
        Ok(fields.into_iter().map(DynamicField::from).collect())
    }
}

fn list_query(
    ctx: &Context<'_>,
    search: Option<String>,
    filter: Option<ContactWhere>,
    page: PageArguments,
) -> Result<ContactListQuery> {
    let actor = actor(ctx)?;
    let filter = filter.map(|filter| filter.into_filter(actor, store(ctx).now(), &["where"]));
    Ok(ContactListQuery {
        filter: filter.transpose().map_err(to_graphql)?.unwrap_or(ContactFilter::All),
        search,
        page: PageRequest::new(page, PageRequest::DEFAULT).map_err(to_graphql)?,
        with_total: ctx.look_ahead().field("totalCount").exists(),
    })
}

async fn find(ctx: &Context<'_>, by: ContactBy) -> Result<Option<Contact>> {
    let actor = actor(ctx)?;
    let Some(key) = by.into_key() else { return Ok(None) };
    Ok(contact::find(store(ctx), actor, key).await.map_err(to_graphql)?.map(Contact::from))
}
