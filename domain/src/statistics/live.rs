//! Statistics as they change: what is, at once, and whenever it is different.

use std::{sync::Arc, time::Duration};

use sportello_entity::Timestamp;
use tokio::time::{Instant, sleep_until};

use super::{
    calendar::{self, day_of},
    figures::{Figures, TicketStatistics},
    read::StatisticsQuery,
    recent::{self, Reading},
};
use crate::{
    Error, Result,
    actor::Actor,
    log::{Event, EventGroup, Tail, TailItem},
    store::Store,
};

/// The pause between two readings, at least.
const PAUSE: Duration = recent::MOMENT;
/// How often is looked whether time alone has changed something: for every question a new day, for one that is relative
/// to now anything.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// The same for questions that are relative to now and soon answered.
const LOOK_SOON: Duration = Duration::from_secs(2);
/// Looking takes at most one in so many parts of the time.
const SHARE: u32 = 50;

/// A question as it reads at a moment: filters and periods may be relative to it.
pub type Question = Arc<dyn Fn(Timestamp) -> Result<StatisticsQuery> + Send + Sync>;

/// One who follows the statistics of an account.
pub struct LiveStatistics {
    store: Store,
    actor: Actor,
    question: Question,
    last: Option<Last>,
}

/// What was read last.
struct Last {
    figures: Figures,
    /// Follows the log from the place of these figures.
    tail: Tail,
    /// The end of the day, in the account's time zone.
    midnight: Timestamp,
    read_at: Instant,
    /// How long it took to read.
    cost: Duration,
}

impl LiveStatistics {
    /// Follows. The first statistics come at once.
    pub fn new(store: Store, actor: Actor, question: Question) -> Self {
        Self { store, actor, question, last: None }
    }

    /// The statistics, as soon as they are others than those given last; at most once a second.
    ///
    /// # Errors
    /// Those of the question and of [`super::statistics`].
    pub async fn next(&mut self) -> Result<Arc<TicketStatistics>> {
        loop {
            let sequence = match &mut self.last {
                Some(last) => last.wait(&self.store, &self.question).await?,
                None => self.store.head(self.actor.account_id).await?.sequence,
            };
            let query = (self.question)(self.store.now())?;
            // Boxed: whoever follows waits most of the time, and should not hold the room that a reading takes.
            let reading = Box::pin(recent::read(&self.store, &self.actor, query, sequence)).await?;
            let last = Last::of(&self.store, &reading)?;
            let is_news = self.last.as_ref().is_none_or(|shown| shown.figures != last.figures);
            self.last = Some(last);
            if is_news {
                return Ok(reading.statistics);
            }
        }
    }
}

impl Last {
    fn of(store: &Store, reading: &Reading) -> Result<Self> {
        let TicketStatistics { figures, as_of, directory } = &*reading.statistics;
        let zone = calendar::zone(&directory.account.time_zone)?;
        Ok(Self {
            figures: figures.clone(),
            tail: Tail::new(store.clone(), *as_of),
            midnight: calendar::end(zone, day_of(zone, store.now())),
            read_at: Instant::now(),
            cost: reading.cost,
        })
    }

    /// Waits until the statistics may be others, and says up to which event they have to be read then.
    async fn wait(&mut self, store: &Store, question: &Question) -> Result<i64> {
        let query = question(store.now())?;
        let is_relative = is_relative(&query, question, store.now())?;
        let pause = if is_relative { (self.cost * SHARE).clamp(LOOK_SOON, LOOK_EVERY) } else { LOOK_EVERY };
        loop {
            let to_midnight = u64::try_from(self.midnight.0 - store.now().0).unwrap_or(0);
            let look_at = Instant::now() + pause.min(Duration::from_millis(to_midnight));
            tokio::select! {
                item = self.tail.next() => match item {
                    Ok(TailItem::Events(events)) if events.iter().any(|event| concerns(event, &query)) => break,
                    // They are read anew, of the log that there is now.
                    Err(Error::LogReplaced) => break,
                    other => drop(other?),
                },
                () = sleep_until(look_at) => {
                    if is_relative || store.now() >= self.midnight {
                        break;
                    }
                }
            }
        }
        sleep_until(self.read_at + PAUSE).await;
        Ok(self.tail.position().sequence)
    }
}

/// Whether time alone changes what is asked for. A search may hold times of its own.
fn is_relative(query: &StatisticsQuery, question: &Question, now: Timestamp) -> Result<bool> {
    let later = question(Timestamp(now.0 + 1))?;
    Ok(query.search.is_some() || query.period.is_relative() || later != *query)
}

/// Whether an event may change the statistics. Contacts do by what is asked of them only.
fn concerns(event: &Event, query: &StatisticsQuery) -> bool {
    match EventGroup::of(event.r#type) {
        EventGroup::Ticket | EventGroup::Taxonomy | EventGroup::User | EventGroup::Account => true,
        EventGroup::Contact | EventGroup::Message => !query.is_of_all(),
        EventGroup::Messaging | EventGroup::Settings => false,
    }
}
