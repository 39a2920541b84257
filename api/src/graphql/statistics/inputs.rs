//! What clients ask statistics with.

use std::sync::Arc;

use async_graphql::InputObject;
use sportello_domain::{
    Actor, Result,
    filter::TicketFilter,
    statistics::{self, Question},
};
use sportello_entity::Timestamp;

use crate::graphql::{scalars::DateTimeBound, ticket::TicketWhere};

/// A period of at most 400 days: what lies at or after `from` and before `to`.
#[derive(Clone, Debug, InputObject)]
pub struct Period {
    /// Where it begins. Absent: 30 days before `to`, or when that is absent too, with the day 30 days ago.
    from: Option<DateTimeBound>,
    /// Where it ends. Absent: it goes on.
    to: Option<DateTimeBound>,
}

impl From<Period> for statistics::Period {
    fn from(Period { from, to }: Period) -> Self {
        let text = |bound: Option<DateTimeBound>| bound.map(|bound| bound.0);
        Self { from: text(from), to: text(to) }
    }
}

/// The arguments of statistics.
#[derive(Clone)]
pub(super) struct Arguments {
    pub(super) search: Option<String>,
    pub(super) filter: Option<TicketWhere>,
    pub(super) period: Option<Period>,
}

impl Arguments {
    /// What they ask, by this actor at this moment.
    pub(super) fn read(self, actor: &Actor, now: Timestamp) -> Result<statistics::StatisticsQuery> {
        let filter = self.filter.map(|filter| filter.into_filter(actor, now, &["where"])).transpose()?;
        Ok(statistics::StatisticsQuery {
            search: self.search.filter(|text| !text.trim().is_empty()),
            filter: filter.unwrap_or(TicketFilter::All),
            period: self.period.map(Into::into).unwrap_or_default(),
        })
    }

    /// The same for one who asks again and again.
    pub(super) fn question(self, actor: &Actor) -> Question {
        let actor = actor.clone();
        Arc::new(move |now| self.clone().read(&actor, now))
    }
}
