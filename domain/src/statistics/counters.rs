//! Reading the counters: one statement for the numbers and the head of the log, so that both are of one snapshot.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use sportello_entity::{AccountId, CategoryId, StatusId, UserId};
use uuid::Uuid;

use super::{
    calendar::{self, Day},
    closings::{Key, OfDay},
    numbers::Numbers,
    period::Span,
};
use crate::{
    Error, Result,
    page::{Columns, Head},
    store::Store,
};

/// What the counters say.
pub(super) struct Counters {
    pub(super) numbers: Numbers,
    /// Whether they can be believed: false where the tickets have not been counted yet, or days are cut in another zone.
    pub(super) is_counted: bool,
    /// The days on which something was closed.
    keys: Vec<Key>,
}

/// Reads an account's counters, and what was closed on the days of the period.
pub(super) async fn read(store: &Store, account_id: AccountId, span: &Span) -> Result<Counters> {
    let statement = statement(store.backend(), account_id, span);
    let closings = &store.statistics().closings;
    let counters = Counters::read(store.reader(), statement.clone(), account_id, span).await?;
    let (known, missing) = closings.known(&counters.keys);
    if missing.is_empty() {
        return Ok(counters.with_closings(&known, span));
    }
    // The closings have to be those of the counters: both are read in one transaction.
    let snapshot = store.snapshot().await?;
    let counters = Counters::read(&snapshot, statement, account_id, span).await?;
    let (mut days, missing) = closings.known(&counters.keys);
    days.extend(closings.read(&snapshot, &missing).await?);
    snapshot.commit().await?;
    Ok(counters.with_closings(&days, span))
}

/// What a row is of, where it is not of a dimension of `ticket_count`.
const DAY: i16 = 3;
const OPENED_ON_A_PART_OF_A_DAY: i16 = 4;

/// The head with the counters by priority, beside each row of the others.
const HEAD: &str = "SELECT h.epoch, h.sequence, h.directory_sequence, h.count_zone, h.open_low, h.open_medium, \
    h.open_high, h.open_urgent, x.part, x.subject_id, x.day, x.one, x.two, x.three FROM log_head AS h LEFT JOIN (\
    SELECT dimension AS part, subject_id, CAST(0 AS integer) AS day, open_tickets AS one, CAST(0 AS bigint) AS two, \
    CAST(0 AS bigint) AS three FROM ticket_count WHERE account_id = $1 AND open_tickets <> 0 \
    UNION ALL SELECT CAST(3 AS smallint), NULL, day, opened, closed, revision FROM ticket_day \
    WHERE account_id = $1 AND day BETWEEN $2 AND $3";

fn statement(backend: DbBackend, account_id: AccountId, span: &Span) -> Statement {
    let days: Vec<Day> = span.days().collect();
    let ends = (days.first().copied().unwrap_or(0), days.last().copied().unwrap_or(-1));
    let mut values: Vec<Value> = vec![account_id.into(), ends.0.into(), ends.1.into()];
    let mut sql = HEAD.to_owned();
    let partial = [days.first(), days.last().filter(|_| days.len() > 1)].into_iter().flatten();
    for day in partial.filter(|day| !span.holds_day(**day)) {
        let from = calendar::start(span.zone, *day).max(span.from);
        let to = calendar::end(span.zone, *day).min(span.to);
        let at = values.len();
        values.extend([Value::from(*day), from.into(), to.into()]);
        sql.push_str(&format!(
            " UNION ALL SELECT CAST({OPENED_ON_A_PART_OF_A_DAY} AS smallint), NULL, CAST(${} AS integer), count(*), 0, 0 \
             FROM ticket WHERE account_id = $1 AND opened_at >= ${} AND opened_at < ${} AND deleted_at IS NULL",
            at + 1,
            at + 2,
            at + 3
        ));
    }
    sql.push_str(") AS x ON TRUE WHERE h.account_id = $1");
    Statement::from_sql_and_values(backend, sql, values)
}

impl Counters {
    async fn read(
        db: &impl ConnectionTrait,
        statement: Statement,
        account_id: AccountId,
        span: &Span,
    ) -> Result<Self> {
        let rows = db.query_all_raw(statement).await?;
        let head = rows.first().ok_or_else(|| Error::NotFound("there is no such account".to_owned()))?;
        let mut counters = Self::of_head(head, span)?;
        for row in &rows {
            counters.take(row, account_id, span)?;
        }
        Ok(counters)
    }

    fn of_head(row: &QueryResult, span: &Span) -> Result<Self> {
        let mut columns = Columns::from(row, 0);
        let (epoch, sequence, directory_sequence) = (columns.take()?, columns.take()?, columns.take()?);
        let mut numbers = Numbers::at(Head { epoch, sequence, directory_sequence });
        let zone: Option<String> = columns.take()?;
        for priority in &mut numbers.priorities {
            *priority = columns.take()?;
        }
        let is_counted = zone.as_deref() == Some(span.zone.name());
        Ok(Self { numbers, is_counted, keys: Vec::new() })
    }

    fn take(&mut self, row: &QueryResult, account_id: AccountId, span: &Span) -> Result<()> {
        let mut columns = Columns::from(row, 8);
        let Some(part) = columns.take::<Option<i16>>()? else { return Ok(()) };
        let (subject, day): (Option<Uuid>, Day) = (columns.take()?, columns.take()?);
        let (one, two, revision): (i64, i64, i64) = (columns.take()?, columns.take()?, columns.take()?);
        let subject = subject.unwrap_or_default();
        let named = (!subject.is_nil()).then_some(subject);
        match part {
            0 => drop(self.numbers.statuses.insert(StatusId(subject), one)),
            1 => drop(self.numbers.categories.insert(named.map(CategoryId), one)),
            2 => drop(self.numbers.assignees.insert(named.map(UserId), one)),
            DAY => {
                let on_day = self.numbers.days.entry(day).or_default();
                if span.holds_day(day) {
                    *on_day = (one, two);
                }
                if two != 0 && self.is_counted {
                    let epoch = self.numbers.head.epoch;
                    self.keys.push(Key { account_id, epoch, zone: span.zone, day, revision });
                }
            }
            OPENED_ON_A_PART_OF_A_DAY => self.numbers.days.entry(day).or_default().0 = one,
            _ => return Err(Error::Internal(format!("nothing is counted by the dimension {part}"))),
        }
        Ok(())
    }

    /// Takes in the closing times, and counts what was closed on the part of a day that lies in the period.
    fn with_closings(mut self, days: &BTreeMap<Day, OfDay>, span: &Span) -> Self {
        for (day, closings) in days {
            self.numbers.time(closings, span);
            if !span.holds_day(*day) {
                let held = closings.iter().filter(|closing| span.holds(closing.closed_at)).count();
                self.numbers.days.entry(*day).or_default().1 =
                    i64::try_from(held).expect("a day's tickets fit");
            }
        }
        self
    }
}
