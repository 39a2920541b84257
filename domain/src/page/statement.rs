//! One statement that reads a page together with the head of the log: both are of one snapshot.
//!
//! The text depends only on the shape of the question: limits are literals, so that PostgreSQL keeps its plan.

use std::fmt::Write;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, ExprTrait, QueryResult, Statement,
    sea_query::{Expr, Query},
};
use sportello_entity::AccountId;
use uuid::Uuid;

use super::{
    columns::Columns,
    cursor::{ListName, PageCursor},
    keyset::{Direction, KeyKind, KeyValue, Keyset},
    request::{PageInfo, PageRequest},
};
use crate::{
    error::{Error, Result},
    filter::column,
};

/// How many columns of the head stand before the listed ones.
const HEAD_COLUMNS: usize = 3;

/// A list of an account's rows, in an order.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What its cursors belong to.
    pub name: ListName,
    /// Whose rows.
    pub account_id: AccountId,
    /// The table, which has `id` and `account_id`.
    pub table: &'static str,
    /// The columns to read, those two among them, `id` first.
    pub columns: Vec<&'static str>,
    /// JOINs that the order needs, at most one row each; constant text.
    pub joins: String,
    /// Which of the account's rows, over the table alone.
    pub condition: Expr,
    /// The order.
    pub keyset: Keyset,
    /// More to read beside the page's rows: columns, and JOINs on `page`; constant text.
    pub beside: Option<(String, &'static str)>,
}

/// Where an account's log stood when a page was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The log's epoch.
    pub epoch: i64,
    /// The last event's sequence.
    pub sequence: i64,
    /// The sequence of the last event that changed what the directory holds.
    pub directory_sequence: i64,
}

/// A page as it was read.
#[derive(Debug)]
pub struct Page {
    /// The rows, in the list's order: the listed columns by their names, and what stands beside them.
    pub rows: Vec<QueryResult>,
    /// The place of the first listed column in a row; the others follow in their order.
    pub first: usize,
    /// The place of the first column that stands beside.
    pub beside: usize,
    /// What lies around.
    pub info: PageInfo,
    /// How many rows there are on all pages, if asked.
    pub total: Option<i64>,
    /// The log's head in the same snapshot.
    pub head: Head,
}

impl Listing {
    /// Reads one page.
    ///
    /// # Errors
    /// CURSOR_INVALID and BAD_REQUEST for cursors, and those of the database.
    pub async fn read(
        &self,
        db: &DatabaseConnection,
        request: &PageRequest,
        with_total: bool,
    ) -> Result<Page> {
        let statement = self.statement(db.get_database_backend(), request, with_total)?;
        let mut rows = db.query_all_raw(statement).await?;
        let any = rows.first().ok_or_else(|| Error::NotFound("there is no such account".to_owned()))?;
        let head = Head {
            epoch: any.try_get("", "head_epoch")?,
            sequence: any.try_get("", "head_sequence")?,
            directory_sequence: any.try_get("", "head_directory_sequence")?,
        };
        let total = if with_total { Some(any.try_get("", "total")?) } else { None };
        if any.try_get::<Option<Uuid>>("", "id")?.is_none() {
            rows.clear();
        }
        let has_more = rows.len() > request.limit;
        rows.truncate(request.limit);
        if request.is_backward {
            rows.reverse();
        }
        let first = HEAD_COLUMNS + usize::from(with_total);
        // After the keys stands one more column, which ends the list.
        let beside = first + self.columns.len() + self.keyset.keys.len() + 1;
        let end = |row: Option<&QueryResult>| row.map(|row| self.cursor(row, first)).transpose();
        let ends = (end(rows.first())?, end(rows.last())?);
        Ok(Page { info: PageInfo::new(request, has_more, ends), rows, first, beside, total, head })
    }

    /// A cursor for each row of a page that this list has read.
    ///
    /// # Errors
    /// INTERNAL when the page is another list's.
    pub fn cursors(&self, page: &Page) -> Result<Vec<String>> {
        page.rows.iter().map(|row| self.cursor(row, page.first)).collect()
    }

    fn cursor(&self, row: &QueryResult, first: usize) -> Result<String> {
        let mut columns = Columns::from(row, first + self.columns.len());
        let mut value = |kind: KeyKind| -> Result<KeyValue> {
            Ok(match kind {
                KeyKind::Number => columns.take::<Option<i64>>()?.map(KeyValue::Number),
                KeyKind::Text => columns.take::<Option<String>>()?.map(KeyValue::Text),
            }
            .unwrap_or(KeyValue::Absent))
        };
        let keys = self.keyset.keys.iter().map(|key| value(key.kind)).collect::<Result<Vec<_>>>()?;
        Ok(self.name.write(&PageCursor { keys, id: Columns::from(row, first).take()? }))
    }

    fn statement(&self, backend: DbBackend, request: &PageRequest, with_total: bool) -> Result<Statement> {
        let mut sql = Writer::new(backend);
        sql.text("h.epoch AS head_epoch, h.sequence AS head_sequence, h.directory_sequence AS head_directory_sequence, ");
        if with_total {
            self.write_total(&mut sql);
        }
        sql.text("page.*");
        if let Some((columns, _)) = &self.beside {
            sql.text(", ").text(columns);
        }
        sql.text(" FROM log_head AS h LEFT JOIN (");
        self.write_page(&mut sql, request)?;
        sql.text(") AS page ON page.account_id = h.account_id");
        if let Some((_, joins)) = &self.beside {
            sql.text(" ").text(joins);
        }
        sql.text(" WHERE h.account_id = ").part(Expr::val(self.account_id)).text(" ORDER BY ");
        let keys = (0..self.keyset.keys.len()).map(|index| Expr::cust(format!("page.key_{index}")));
        self.write_order(&mut sql, keys, Expr::cust("page.id"), request.is_backward);
        Ok(sql.statement())
    }

    fn write_total(&self, sql: &mut Writer) {
        sql.text("(SELECT count(*) FROM ").text(self.table).text(" WHERE ").part(self.own_rows());
        sql.text(" AND ").part(self.condition.clone()).text(") AS total, ");
    }

    fn write_page(&self, sql: &mut Writer, request: &PageRequest) -> Result<()> {
        sql.text("SELECT ");
        for name in &self.columns {
            sql.text(self.table).text(".").text(name).text(", ");
        }
        for (index, key) in self.keyset.keys.iter().enumerate() {
            match key.kind {
                KeyKind::Number => sql.text("CAST(").part(key.expression.clone()).text(" AS bigint)"),
                KeyKind::Text => sql.part(key.expression.clone()),
            };
            sql.text(&format!(" AS key_{index}, "));
        }
        // Without the trailing comma a list of no keys would need a case of its own.
        sql.text("0 AS key_end FROM ").text(self.table).text(" ").text(&self.joins);
        sql.text(" WHERE ").part(self.own_rows()).text(" AND ").part(self.condition.clone());
        let ends = [(&request.after, "after", false), (&request.before, "before", true)];
        for (text, argument, is_reversed) in ends {
            if let Some(text) = text {
                let place = self.name.read(text, argument, &self.keyset)?;
                sql.text(" AND ").part(self.keyset.beyond(&place, is_reversed));
            }
        }
        sql.text(" ORDER BY ");
        let keys = self.keyset.keys.iter().map(|key| key.expression.clone());
        self.write_order(sql, keys, self.keyset.id.clone(), request.is_backward);
        sql.text(&format!(" LIMIT {}", request.limit + 1));
        Ok(())
    }

    fn own_rows(&self) -> Expr {
        column(self.table, "account_id").eq(self.account_id)
    }

    fn write_order(&self, sql: &mut Writer, keys: impl Iterator<Item = Expr>, id: Expr, is_reversed: bool) {
        let word = |direction: Direction| match direction.turned(is_reversed) {
            Direction::Ascending => " ASC",
            Direction::Descending => " DESC",
        };
        for (expression, key) in keys.zip(&self.keyset.keys) {
            let nulls = match (key.is_nullable, is_reversed) {
                (false, _) => "",
                (true, false) => " NULLS LAST",
                (true, true) => " NULLS FIRST",
            };
            sql.part(expression).text(word(key.direction)).text(nulls).text(", ");
        }
        sql.part(id).text(word(self.keyset.id_direction));
    }
}

/// A statement's text with the expressions that stand in it.
struct Writer {
    backend: DbBackend,
    text: String,
    parts: Vec<Expr>,
}

impl Writer {
    fn new(backend: DbBackend) -> Self {
        Self { backend, text: String::with_capacity(2048), parts: Vec::new() }
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// An expression, in parentheses of its own.
    fn part(&mut self, part: Expr) -> &mut Self {
        self.parts.push(part);
        match self.backend {
            DbBackend::Postgres => write!(self.text, "(${})", self.parts.len()),
            _ => write!(self.text, "(?)"),
        }
        .expect("writing into a String cannot fail");
        self
    }

    fn statement(self) -> Statement {
        let whole = Query::select().expr(Expr::cust_with_exprs(self.text, self.parts)).take();
        self.backend.build(&whole)
    }
}

/// A text that a list is searched for, without the characters that no stored text holds.
///
/// # Errors
/// BAD_REQUEST at `path` for U+0000.
pub fn text_of<'a>(text: &'a str, path: &[&str]) -> Result<&'a str> {
    if text.contains('\0') {
        return Err(Error::bad_request(path, "holds the character U+0000: take it out"));
    }
    Ok(text)
}
