//! Finding and listing tickets.

use async_graphql::{Context, Object, Result};
use sportello_domain::{
    Actor,
    filter::TicketFilter,
    page::{PageArguments, PageRequest},
    ticket::list::{self, ContactSelection, Selection, TicketListQuery},
};
use sportello_entity::{ContactId, Timestamp};

use crate::graphql::{
    context::{actor, desk, store},
    error::to_graphql,
    ticket::{Ticket, TicketConnection, TicketOrder, TicketWhere, inputs::TicketBy, order},
};

/// What may be asked of tickets.
#[derive(Default)]
pub struct TicketQuery;

#[Object]
impl TicketQuery {
    /// A ticket by one of its names; null when there is none.
    async fn ticket(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] by: TicketBy,
    ) -> Option<Result<Ticket>> {
        Ticket::named(ctx, by.into()).await.transpose()
    }

    /// Tickets that match, in order: the most urgent first, and of these the newest, when no order is given.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn tickets(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "What they are searched for: words, \"phrases\", -excluded, begin*, OR, ( ) and terms like status:open."
        )]
        search: Option<String>,
        #[graphql(name = "where", desc = "Only tickets that match.")] filter: Option<TicketWhere>,
        #[graphql(desc = "By what they are sorted.")] order_by: Option<Vec<TicketOrder>>,
        #[graphql(desc = "How many from the beginning, or after `after`: 25 when absent, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<TicketConnection> {
        let page = PageArguments { first, after, last, before };
        let arguments = ListArguments { search, filter, order_by, page };
        list(ctx, arguments, None, PageRequest::DEFAULT).await
    }

    /// Deleted tickets that can still be restored, latest first.
    async fn deleted_tickets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many: 25 when absent, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
    ) -> Result<TicketConnection> {
        let arguments = PageArguments { first, after, ..PageArguments::default() };
        let page = PageRequest::new(arguments, PageRequest::DEFAULT).map_err(to_graphql)?;
        let desk = desk(ctx);
        let listed =
            list::deleted_tickets(&desk.store, actor(ctx)?, desk.restorable_since(), &page, selected(ctx));
        Ok(TicketConnection::of(listed.await.map_err(to_graphql)?))
    }
}

/// The arguments of a list of tickets, wherever it hangs.
pub struct ListArguments {
    /// The search text.
    pub search: Option<String>,
    /// The filter.
    pub filter: Option<TicketWhere>,
    /// The order.
    pub order_by: Option<Vec<TicketOrder>>,
    /// The page.
    pub page: PageArguments,
}

impl ListArguments {
    /// What the domain is asked.
    ///
    /// # Errors
    /// BAD_REQUEST and FILTER_TOO_COMPLEX.
    pub fn into_query(
        self,
        actor: &Actor,
        now: Timestamp,
        contact_id: Option<ContactId>,
        default_size: usize,
        selection: Selection,
    ) -> sportello_domain::Result<TicketListQuery> {
        let filter = self.filter.map(|filter| filter.into_filter(actor, now, &["where"]));
        Ok(TicketListQuery {
            filter: filter.transpose()?.unwrap_or(TicketFilter::All),
            search: self.search,
            order: order::into_orders(self.order_by),
            page: PageRequest::new(self.page, default_size)?,
            selection,
            contact_id,
        })
    }
}

/// Lists tickets: all of the account, or those of one contact.
///
/// # Errors
/// BAD_REQUEST, CURSOR_INVALID and FILTER_TOO_COMPLEX for the arguments.
pub async fn list(
    ctx: &Context<'_>,
    arguments: ListArguments,
    contact_id: Option<ContactId>,
    default_size: usize,
) -> Result<TicketConnection> {
    let (actor, store) = (actor(ctx)?, store(ctx));
    let query = arguments.into_query(actor, store.now(), contact_id, default_size, selected(ctx));
    let page = list::tickets(store, actor, &query.map_err(to_graphql)?).await.map_err(to_graphql)?;
    Ok(TicketConnection::of(page))
}

/// The fields of a contact that show more than id and name.
const MORE_THAN_NAMES: [&str; 11] = [
    "phone",
    "email",
    "locale",
    "externalId",
    "whatsAppUserId",
    "fields",
    "isBlocked",
    "isErased",
    "createdAt",
    "updatedAt",
    "version",
];

/// What has to be read of contacts of which these fields are selected; None: no contact is.
pub fn contacts_selected(selects: Option<impl Fn(&str) -> bool>) -> ContactSelection {
    match selects {
        None => ContactSelection::None,
        Some(selects) if MORE_THAN_NAMES.iter().any(|field| selects(field)) => ContactSelection::Whole,
        Some(_) => ContactSelection::Names,
    }
}

/// What the document selects: what it does not is not read.
fn selected(ctx: &Context<'_>) -> Selection {
    let ahead = ctx.look_ahead();
    let nodes = [ahead.field("nodes"), ahead.field("edges").field("node")];
    let is_selected = |field: &str| nodes.iter().any(|node| node.field(field).exists());
    let shows = |field: &str| nodes.iter().any(|node| node.field("contact").field(field).exists());
    let contacts = contacts_selected(is_selected("contact").then_some(shows));
    let cursors = ahead.field("edges").field("cursor").exists();
    Selection::of_fields(ahead.field("totalCount").exists(), cursors, contacts, is_selected)
}
