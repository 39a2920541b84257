//! Asking for statistics.

use sea_orm::{ExprTrait, sea_query::Expr};
use sportello_entity::AccountId;

use super::{
    calendar, counters,
    figures::TicketStatistics,
    filtered,
    numbers::Numbers,
    period::{Period, Span},
    recount::recount,
};
use crate::{
    Error, Permission, Result,
    actor::Actor,
    directory::Directory,
    filter::{Filter, Sql, TicketFilter, column},
    search::{Reach, SearchFilter},
    store::Store,
    ticket::list::condition,
};

/// Of which tickets, and of which time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StatisticsQuery {
    /// A search text that each ticket must match.
    pub search: Option<String>,
    /// Which tickets.
    pub filter: TicketFilter,
    /// What bounds closing times and days.
    pub period: Period,
}

impl StatisticsQuery {
    /// Whether it asks of all tickets.
    pub(super) fn is_of_all(&self) -> bool {
        self.search.is_none() && takes_all(&self.filter)
    }
}

/// How often is read anew because something had changed since the directory was read, or nothing had been counted.
const TRIES: usize = 5;

/// The statistics, as of now. Of all tickets they are read from counters, of some by counting.
///
/// # Errors
/// FORBIDDEN; SEARCH_INVALID; BAD_REQUEST for periods that cannot be.
pub async fn statistics(store: &Store, actor: &Actor, query: &StatisticsQuery) -> Result<TicketStatistics> {
    actor.require(Permission::ReadTickets)?;
    query.filter.require_readable(actor)?;
    let account_id = actor.account_id;
    let mut narrows = true;
    for _ in 0..TRIES {
        // Read before anything else: what is read tells whether it still stands there.
        let head = store.head(account_id).await?;
        let directory = store.directory_since(account_id, head.directory_sequence).await?;
        let span = query.period.span(store.now(), calendar::zone(&directory.account.time_zone)?)?;
        let search = searched(store, actor, query, &directory, narrows).await?;
        let condition = (search.is_some() || !takes_all(&query.filter)).then(|| {
            let sql = Sql {
                account_id,
                backend: store.backend(),
                statuses: &directory.statuses,
                categories: &directory.categories,
            };
            let own = || column("ticket", "account_id").eq(account_id);
            let own = search.as_ref().map_or_else(own, |search| search.own(&sql));
            own.and(condition(&query.filter, search.as_ref(), &sql))
        });
        let (numbers, is_counted) = numbers(store, account_id, condition, &span).await?;
        let has_moved = numbers.head.sequence != head.sequence;
        if !is_counted && numbers.head.directory_sequence <= directory.sequence {
            count(store, account_id).await?;
        } else if search.is_some() && narrows && has_moved {
            // A ticket that came in between may be missing among those that the search was narrowed to.
            narrows = false;
        } else if numbers.head.directory_sequence <= directory.sequence {
            return TicketStatistics::of(account_id, numbers, directory, &span);
        }
    }
    Err(Error::Internal(format!("the statistics of {account_id} cannot be read while it changes")))
}

/// Counts in a task of its own: whoever asks may be dropped, or not be polled for long, and must not hold a transaction.
async fn count(store: &Store, account_id: AccountId) -> Result<()> {
    let store = store.clone();
    let counting = tokio::spawn(async move { recount(&store, account_id).await });
    counting.await.unwrap_or_else(|error| Err(Error::Internal(format!("counting broke off: {error}"))))
}

/// The search, if there is one; it may be narrowed to the tickets that the index finds at this moment.
async fn searched(
    store: &Store,
    actor: &Actor,
    query: &StatisticsQuery,
    directory: &Directory,
    narrows: bool,
) -> Result<Option<SearchFilter>> {
    let Some(text) = query.search.as_deref() else { return Ok(None) };
    match SearchFilter::read(text, actor, directory, store.now())? {
        Some(search) if narrows => search.narrowed(store, actor, Reach::Whole).await.map(Some),
        search => Ok(search),
    }
}

/// The numbers, and whether they can be believed.
async fn numbers(
    store: &Store,
    account_id: AccountId,
    condition: Option<Expr>,
    span: &Span,
) -> Result<(Numbers, bool)> {
    match condition {
        Some(condition) => Ok((filtered::read(store, account_id, condition, span).await?, true)),
        None => {
            let counters = counters::read(store, account_id, span).await?;
            Ok((counters.numbers, counters.is_counted))
        }
    }
}

/// Whether a filter asks nothing.
fn takes_all(filter: &TicketFilter) -> bool {
    match filter {
        Filter::All => true,
        Filter::And(parts) => parts.iter().all(takes_all),
        _ => false,
    }
}
