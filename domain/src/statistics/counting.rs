//! Keeping the counters: in the transaction that changes the tickets, by the statements that write its events.
//!
//! On PostgreSQL the counters move within the very statement that takes the log's head: whoever has the head has them
//! too, so that nobody waits longer, or in another order, than for the head.

use sea_orm::{DbBackend, Value};
use serde::Serialize;
use sportello_entity::{AccountId, ticket};

use super::{
    calendar,
    counts::{Counts, Subject},
};
use crate::{Result, store::Tx};

/// What a transaction does to its account's counters.
#[derive(Debug, Default)]
pub(crate) struct Counting {
    counts: Option<Counts>,
    is_anew: bool,
}

impl Tx {
    /// Counts a change of a ticket: `before` None where it was not there. Every change of a ticket goes by here.
    pub(crate) async fn count(
        &mut self,
        before: Option<&ticket::Model>,
        after: &ticket::Model,
    ) -> Result<()> {
        if self.counting.counts.is_none() {
            let directory = self.store().directory_since(self.actor.account_id, 0).await?;
            let zone = calendar::zone(&directory.account.time_zone)?;
            self.counting.counts = Some(Counts::new(zone));
        }
        if let Some(counts) = &mut self.counting.counts {
            counts.change(before, after);
        }
        Ok(())
    }

    /// Has the account's tickets counted anew before the commit: days are cut differently.
    pub(crate) fn count_anew(&mut self) {
        self.counting.is_anew = true;
    }
}

impl Counting {
    /// Whether all tickets are to be counted, which includes what this transaction changes.
    pub(crate) fn is_anew(&self) -> bool {
        self.is_anew
    }

    /// How the counters move; None when they stay.
    pub(crate) fn moves(self) -> Option<Moves> {
        let mut counts = self.counts.filter(|_| !self.is_anew)?;
        counts.settle();
        (!counts.is_zero()).then_some(Moves(counts))
    }
}

/// How counters move.
pub(crate) struct Moves(pub(super) Counts);

/// The part of the counters that stands in the log's head, as a part of the statement that moves it.
#[derive(Default)]
pub(crate) struct MovedHead {
    /// What the update of the head sets besides.
    pub(crate) set: String,
    /// Under which condition: no row is updated where days are cut in another zone than these were.
    pub(crate) condition: String,
    /// The values of the parameters of both.
    pub(crate) values: Vec<Value>,
}

impl Moves {
    /// How the head moves, in a statement that has `known` parameters of its own.
    pub(crate) fn head(&self, known: usize) -> MovedHead {
        let mut values: Vec<Value> = self.0.priorities.iter().map(|count| (*count).into()).collect();
        values.push(self.0.zone.name().into());
        let at = |index: usize| known + index;
        let set = format!(
            ", open_low = open_low + ${}, open_medium = open_medium + ${}, open_high = open_high + ${}, \
             open_urgent = open_urgent + ${}",
            at(1),
            at(2),
            at(3),
            at(4)
        );
        MovedHead { set, condition: format!(" AND count_zone = ${}", at(5)), values }
    }

    /// Moves the counters that do not stand in the head, by statements of their own.
    pub(crate) async fn write(&self, tx: &Tx) -> Result<()> {
        let backend = tx.store().backend();
        let account = if backend == DbBackend::Postgres { "CAST($1 AS uuid)" } else { "$1" };
        for (_, table) in self.tables()? {
            let insert = table.insert(backend, account, "$2", "");
            tx.execute(&insert, vec![tx.actor.account_id.into(), table.rows.into()]).await?;
        }
        Ok(())
    }

    /// The tables of which rows move, each with a name.
    pub(crate) fn tables(&self) -> Result<Vec<(&'static str, Table)>> {
        let subjects = self.0.subjects.iter().map(|((dimension, id), Subject { open, all })| SubjectRow {
            d: sea_orm::ActiveEnum::to_value(dimension),
            s: id.simple().to_string(),
            o: *open,
            t: *all,
        });
        let days = self.0.days.iter();
        let days = days.map(|(day, on)| DayRow { d: *day, o: on.opened, c: on.closed, r: on.revision });
        let (subjects, days) = (subjects.collect::<Vec<_>>(), days.collect::<Vec<_>>());
        let mut tables = Vec::new();
        if !subjects.is_empty() {
            tables.push(("subjects", Table { text: &SUBJECTS, rows: serde_json::to_string(&subjects)? }));
        }
        if !days.is_empty() {
            tables.push(("days", Table { text: &DAYS, rows: serde_json::to_string(&days)? }));
        }
        Ok(tables)
    }
}

/// A row of `ticket_count`, as the statement reads it.
#[derive(Serialize)]
struct SubjectRow {
    d: i16,
    s: String,
    o: i64,
    t: i64,
}

/// A row of `ticket_day`, as the statement reads it.
#[derive(Serialize)]
struct DayRow {
    d: i32,
    o: i64,
    c: i64,
    r: i64,
}

/// Rows to be added to those of a table.
pub(crate) struct Table {
    text: &'static TableText,
    /// JSON: one parameter, however many there are.
    pub(crate) rows: String,
}

struct TableText {
    /// The table `c`, and its columns after the account.
    into: &'static str,
    /// The columns of JSON rows in PostgreSQL, and their types.
    postgres: (&'static str, &'static str),
    /// The columns of JSON rows in SQLite.
    sqlite: &'static str,
    /// What to do where the row is there.
    sums: &'static str,
}

const SUBJECTS: TableText = TableText {
    into: "ticket_count AS c (account_id, dimension, subject_id, open_tickets, tickets)",
    postgres: ("v.d, v.s, v.o, v.t", "d smallint, s uuid, o bigint, t bigint"),
    sqlite: "v.value ->> 'd', unhex(v.value ->> 's'), v.value ->> 'o', v.value ->> 't'",
    sums: "(account_id, dimension, subject_id) DO UPDATE SET open_tickets = c.open_tickets + excluded.open_tickets, \
           tickets = c.tickets + excluded.tickets",
};

const DAYS: TableText = TableText {
    into: "ticket_day AS c (account_id, day, opened, closed, revision)",
    postgres: ("v.d, v.o, v.c, v.r", "d integer, o bigint, c bigint, r bigint"),
    sqlite: "v.value ->> 'd', v.value ->> 'o', v.value ->> 'c', v.value ->> 'r'",
    sums: "(account_id, day) DO UPDATE SET opened = c.opened + excluded.opened, closed = c.closed + excluded.closed, \
           revision = c.revision + excluded.revision",
};

impl Table {
    /// The statement that adds the rows in the parameter `rows` to the account's, if the tables `after` have a row: a list
    /// that ends in a comma.
    pub(crate) fn insert(&self, backend: DbBackend, account: &str, rows: &str, after: &str) -> String {
        let TableText { into, postgres: (columns, types), sqlite, sums } = self.text;
        let (columns, source) = match backend {
            DbBackend::Postgres => {
                (*columns, format!("json_to_recordset(CAST({rows} AS json)) AS v ({types})"))
            }
            _ => (*sqlite, format!("json_each({rows}) AS v")),
        };
        format!(
            "INSERT INTO {into} SELECT {account}, {columns} FROM {after}{source} WHERE TRUE ON CONFLICT {sums}"
        )
    }
}

/// The statement that sets the head's counters to these, and says that they are right.
pub(super) fn head_set(account_id: AccountId, counts: &Counts) -> (&'static str, Vec<Value>) {
    let mut values: Vec<Value> = vec![account_id.into(), counts.zone.name().into()];
    values.extend(counts.priorities.iter().map(|count| Value::from(*count)));
    let sql = "UPDATE log_head SET count_zone = $2, open_low = $3, open_medium = $4, open_high = $5, open_urgent = $6 \
               WHERE account_id = $1";
    (sql, values)
}
