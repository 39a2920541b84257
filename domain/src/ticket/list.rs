//! Lists of tickets, page by page, each with the log's head of its own snapshot.

mod branches;
mod order;
mod road;
mod row;
mod selection;

use std::{collections::HashMap, sync::Arc};

use sea_orm::{ExprTrait, sea_query::Expr};
use sportello_entity::{ContactId, Timestamp, contact};

pub use order::{TicketOrder, TicketOrderField, check_order};
pub use selection::{ContactSelection, Selection};

use crate::{
    actor::Actor,
    directory::Directory,
    error::Result,
    filter::{Sql, TicketFilter, TicketTerm, column},
    log::EventCursor,
    page::{Branch, Direction, KeyKind, Keyset, ListName, Listing, Page, PageInfo, PageRequest, SortKey},
    policy::Permission,
    search::{Reach, SearchFilter},
    statistics::sizes,
    store::Store,
    ticket::TicketSnapshot,
};

use self::{branches::branches, order::Ordering, road::Road};

/// Which tickets, how, and what along with them.
#[derive(Clone, Debug)]
pub struct TicketListQuery {
    /// Which.
    pub filter: TicketFilter,
    /// A search text that each ticket must match.
    pub search: Option<String>,
    /// Only those of one contact.
    pub contact_id: Option<ContactId>,
    /// In which order; empty: the most urgent first, then the newest.
    pub order: Vec<TicketOrder>,
    /// Which page.
    pub page: PageRequest,
    /// What of it is read.
    pub selection: Selection,
}

/// A page of tickets.
#[derive(Debug)]
pub struct TicketPage {
    /// The tickets, in order.
    pub rows: Vec<TicketSnapshot>,
    /// A cursor for each, if asked; else "".
    pub cursors: Vec<String>,
    /// What lies around the page.
    pub info: PageInfo,
    /// How many there are on all pages, if asked.
    pub total: Option<i64>,
    /// The place in the log at which all of this was so.
    pub event_cursor: EventCursor,
    /// The statuses, categories, users and keys of that moment, or newer.
    pub directory: Arc<Directory>,
    /// The tickets' contacts, if asked.
    pub contacts: HashMap<ContactId, contact::Model>,
}

/// The tickets that are not deleted.
///
/// # Errors
/// FORBIDDEN; SEARCH_INVALID; BAD_REQUEST for orders and pages that cannot be; CURSOR_INVALID.
pub async fn tickets(store: &Store, actor: &Actor, query: &TicketListQuery) -> Result<TicketPage> {
    actor.require(Permission::ReadTickets)?;
    query.filter.require_readable(actor)?;
    // A name that somebody has just given must not be a mistake: a search reads how new the directory has to be.
    let directory = match query.search {
        Some(_) => store.directory(actor.account_id).await?,
        None => store.directory_since(actor.account_id, 0).await?,
    };
    read(store, actor, directory, Which::Live(query), &query.page, query.selection).await
}

/// Which list.
enum Which<'a> {
    Live(&'a TicketListQuery),
    Deleted { since: Timestamp },
}

impl Which<'_> {
    async fn listing(
        &self,
        store: &Store,
        actor: &Actor,
        directory: &Directory,
        sql: &Sql<'_>,
        is_last: bool,
    ) -> Result<Listing> {
        match self {
            Self::Live(query) => {
                let search = searched(store, actor, query, directory).await?;
                let order = Ordering::new(&query.order, search.as_ref())?;
                let listing = live_listing(query, search.as_ref(), &order, sql);
                // A directory that may be old would know of too few parts.
                if is_last
                    || query.contact_id.is_some()
                    || search.as_ref().is_some_and(SearchFilter::is_narrowed)
                {
                    return Ok(listing);
                }
                let sizes = sizes(store, actor.account_id).await?;
                let road = Road::along(&query.filter, query.page.limit, directory, &sizes);
                let Some(road) = road else { return Ok(listing) };
                let branches = match search.as_ref().filter(|_| order.is_best_first()) {
                    Some(search) => search.branches(store, sql).await?,
                    None => branches(order.first(), &road),
                };
                Ok(along(listing, query, search.as_ref(), &order, branches, sql))
            }
            Self::Deleted { since } => Ok(deleted_listing(*since, sql)),
        }
    }
}

async fn searched(
    store: &Store,
    actor: &Actor,
    query: &TicketListQuery,
    directory: &Directory,
) -> Result<Option<SearchFilter>> {
    let Some(text) = query.search.as_deref() else { return Ok(None) };
    let reach = if query.selection.total { Reach::Whole } else { Reach::Page };
    match SearchFilter::read(text, actor, directory, store.now())? {
        Some(search) => search.narrowed(store, actor, reach).await.map(Some),
        None => Ok(None),
    }
}

/// The deleted tickets that can still be restored, those deleted last first: deleted at `since` or later.
///
/// # Errors
/// FORBIDDEN, and those of pages.
pub async fn deleted_tickets(
    store: &Store,
    actor: &Actor,
    since: Timestamp,
    page: &PageRequest,
    selection: Selection,
) -> Result<TicketPage> {
    actor.require(Permission::ReadTickets)?;
    let directory = store.directory_since(actor.account_id, 0).await?;
    read(store, actor, directory, Which::Deleted { since }, page, selection).await
}

/// How often a page is read anew because the directory had changed since it was last read.
const TRIES: usize = 3;

async fn read(
    store: &Store,
    actor: &Actor,
    mut directory: Arc<Directory>,
    which: Which<'_>,
    request: &PageRequest,
    selection: Selection,
) -> Result<TicketPage> {
    let mut tries = 1;
    loop {
        let sql = Sql {
            account_id: actor.account_id,
            backend: store.backend(),
            statuses: &directory.statuses,
            categories: &directory.categories,
        };
        let mut listing = which.listing(store, actor, &directory, &sql, tries == TRIES).await?;
        listing.columns = selection.columns(row::TICKET);
        listing.beside = row::contact_beside(selection.contacts);
        let page = listing.read(store.reader(), request, selection.total).await?;
        // The page tells whether the directory that the filter was read with is that of the page's snapshot.
        let is_current = page.head.directory_sequence <= directory.sequence;
        if !is_current {
            directory = store.directory_since(actor.account_id, page.head.directory_sequence).await?;
        }
        if is_current || tries == TRIES {
            let cursors = match selection.cursors {
                true => listing.cursors(&page)?,
                false => vec![String::new(); page.rows.len()],
            };
            return ticket_page(actor, page, cursors, directory, selection);
        }
        tries += 1;
    }
}

fn ticket_page(
    actor: &Actor,
    page: Page,
    cursors: Vec<String>,
    directory: Arc<Directory>,
    selection: Selection,
) -> Result<TicketPage> {
    let ticket = |row| row::ticket(row, page.first, selection, &directory);
    let rows = page.rows.iter().map(ticket).collect::<Result<Vec<_>>>()?;
    let contacts = row::contacts(&page, &rows, selection.contacts)?;
    let event_cursor =
        EventCursor { account_id: actor.account_id, epoch: page.head.epoch, sequence: page.head.sequence };
    let Page { info, total, .. } = page;
    Ok(TicketPage { rows, cursors, info, total, event_cursor, directory, contacts })
}

fn live_listing(
    query: &TicketListQuery,
    search: Option<&SearchFilter>,
    order: &Ordering,
    sql: &Sql<'_>,
) -> Listing {
    let scope = query.contact_id.map(|id| column("ticket", "contact_id").eq(id));
    let condition = condition(&query.filter, search, sql);
    let owner = query.contact_id.map(|id| id.to_string()).unwrap_or_default();
    let listing = Listing::new(
        ListName::new(sql.account_id, &["tickets", &owner, &order.name(search)]),
        sql.account_id,
        "ticket",
        Vec::new(),
        scope.into_iter().fold(condition, Expr::and),
        order.keyset(search, sql),
    );
    let hint = search.map_or("", |search| search.hint(sql.backend));
    Listing { hint, joins: order.joins(None), ..listing }
}

/// The same list, read along its order.
fn along(
    listing: Listing,
    query: &TicketListQuery,
    search: Option<&SearchFilter>,
    order: &Ordering,
    branches: Vec<Branch>,
    sql: &Sql<'_>,
) -> Listing {
    let first = order.first();
    let by_contact = first.field == TicketOrderField::Contact;
    let known = (by_contact || !branches.is_empty()).then_some(first.field);
    // The index by status and closing time has both.
    let is_kept = |term: &TicketTerm| {
        first.field == TicketOrderField::ClosedAt && matches!(term, TicketTerm::StatusId(_))
    };
    let filter = road::asked(&query.filter, sql, is_kept);
    let live = column("ticket", "deleted_at").is_null().and(filter);
    Listing {
        asked: Some(search.map(|search| search.condition(sql)).into_iter().fold(live, Expr::and)),
        ahead: by_contact.then(|| ("contact", contact_ahead(sql))),
        joins: order.joins(known),
        branches,
        ..listing
    }
}

/// What joins the contacts, which a list by their names is walked along, with their tickets.
fn contact_ahead(sql: &Sql<'_>) -> Expr {
    let own = column("contact", "account_id").eq(sql.account_id);
    own.and(column("ticket", "contact_id").eq(column("contact", "id")))
}

/// Which tickets a filter and a search take, deleted ones never: over the table `ticket`, as [`Sql`] says.
pub(crate) fn condition(filter: &TicketFilter, search: Option<&SearchFilter>, sql: &Sql<'_>) -> Expr {
    let condition = column("ticket", "deleted_at").is_null().and(filter.condition(sql));
    search.map(|search| search.condition(sql)).into_iter().fold(condition, Expr::and)
}

fn deleted_listing(since: Timestamp, sql: &Sql<'_>) -> Listing {
    let deleted_at = || column("ticket", "deleted_at");
    let latest = SortKey {
        expression: deleted_at(),
        direction: Direction::Descending,
        kind: KeyKind::Number,
        is_nullable: false,
    };
    Listing::new(
        ListName::new(sql.account_id, &["deletedTickets"]),
        sql.account_id,
        "ticket",
        Vec::new(),
        deleted_at().is_not_null().and(deleted_at().gte(since)),
        Keyset { keys: vec![latest], id: column("ticket", "id"), id_direction: Direction::Descending },
    )
}
