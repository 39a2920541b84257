//! Asking for statistics.

use sea_orm::sea_query::Expr;
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
    filter::{Filter, Sql, TicketFilter},
    store::Store,
    ticket::list::{Search, condition},
};

/// Of which tickets, and of which time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StatisticsQuery {
    /// Words that each ticket must hold.
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

/// How often is read anew because the directory had changed since it was last read, or nothing had been counted.
const TRIES: usize = 5;

/// The statistics, as of now. Of all tickets they are read from counters, of some by counting.
///
/// # Errors
/// FORBIDDEN; BAD_REQUEST for periods and searches that cannot be.
pub async fn statistics(store: &Store, actor: &Actor, query: &StatisticsQuery) -> Result<TicketStatistics> {
    actor.require(Permission::ReadTickets)?;
    query.filter.require_readable(actor)?;
    let search = Search::new(query.search.as_deref(), actor)?;
    let account_id = actor.account_id;
    let mut directory = store.directory_since(account_id, 0).await?;
    for _ in 0..TRIES {
        let span = query.period.span(store.now(), calendar::zone(&directory.account.time_zone)?)?;
        let condition = (search.is_some() || !takes_all(&query.filter)).then(|| {
            let sql = Sql {
                account_id,
                backend: store.backend(),
                statuses: &directory.statuses,
                categories: &directory.categories,
            };
            condition(&query.filter, search.as_ref(), &sql)
        });
        let (numbers, is_counted) = numbers(store, account_id, condition, &span).await?;
        // What is read tells whether the directory that it was read with is that of its snapshot.
        if numbers.head.directory_sequence > directory.sequence {
            directory = store.directory_since(account_id, numbers.head.directory_sequence).await?;
        } else if is_counted {
            return TicketStatistics::of(account_id, numbers, directory, &span);
        } else {
            recount(store, account_id).await?;
        }
    }
    Err(Error::Internal(format!("the counters of {account_id} cannot be read while it changes")))
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
