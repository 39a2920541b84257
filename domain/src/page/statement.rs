//! One statement that reads a page together with the head of the log: both are of one snapshot.
//!
//! The text depends only on the shape of the question: limits are literals, so that PostgreSQL keeps its plan.

use std::cmp::Ordering;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, ExprTrait, QueryResult, Statement, sea_query::Expr,
};
use sportello_entity::AccountId;
use uuid::Uuid;

use super::{
    branch::Branch,
    columns::Columns,
    cursor::{ListName, PageCursor},
    keyset::{Direction, KeyKind, KeyValue, Keyset},
    request::{PageInfo, PageRequest},
    writer::Writer,
};
use crate::{
    error::{Error, Result},
    filter::{column, truth},
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
    /// What stands behind the table's name and tells SQLite where to begin.
    pub hint: &'static str,
    /// A table that the list is walked along, written ahead of its own, and what joins the two.
    pub ahead: Option<(&'static str, Expr)>,
    /// JOINs that the order needs, at most one row each; constant text.
    pub joins: String,
    /// Which of the account's rows, over the table alone.
    pub condition: Expr,
    /// The same, as it is said to read a page, if it is said otherwise.
    pub asked: Option<Expr>,
    /// The order.
    pub keyset: Keyset,
    /// The list's parts in its order, which together are all of it; none: it is read as a whole.
    pub branches: Vec<Branch>,
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
    /// A list of the rows that meet a condition, read as a whole, from its own table alone. What is more of it is said
    /// by its other fields.
    pub fn new(
        name: ListName,
        account_id: AccountId,
        table: &'static str,
        columns: Vec<&'static str>,
        condition: Expr,
        keyset: Keyset,
    ) -> Self {
        Self {
            name,
            account_id,
            table,
            columns,
            hint: "",
            ahead: None,
            joins: String::new(),
            condition,
            asked: None,
            keyset,
            branches: Vec::new(),
            beside: None,
        }
    }

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
        let backend = db.get_database_backend();
        let mut parts = self.parts(request)?;
        let far = parts.split_off(self.nearest(&parts, request));
        let mut rows = db.query_all_raw(self.statement(backend, request, with_total, &parts)).await?;
        if !far.is_empty() && rows.len() <= request.limit {
            // The page is of one snapshot: all of it is read again.
            parts.extend(far);
            rows = db.query_all_raw(self.statement(backend, request, with_total, &parts)).await?;
        }
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

    fn statement(
        &self,
        backend: DbBackend,
        request: &PageRequest,
        with_total: bool,
        parts: &[Part<'_>],
    ) -> Statement {
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
        self.write_page(&mut sql, request, parts);
        sql.text(") AS page ON page.account_id = h.account_id");
        if let Some((_, joins)) = &self.beside {
            sql.text(" ").text(joins);
        }
        sql.text(" WHERE h.account_id = ").part(Expr::val(self.account_id)).text(" ORDER BY ");
        write_order(&mut sql, &named(&self.keyset, "page"), request.is_backward);
        sql.statement()
    }

    fn write_total(&self, sql: &mut Writer) {
        sql.text("(SELECT count(*) FROM ").text(self.table).text(" ").text(self.hint);
        sql.text(" WHERE ").part(self.own_rows());
        sql.text(" AND ").part(self.condition.clone()).text(") AS total, ");
    }

    /// The list's parts that the page may be in, those first that it begins with.
    fn parts(&self, request: &PageRequest) -> Result<Vec<Part<'_>>> {
        let place = |text: &Option<String>, argument| {
            text.as_ref().map(|text| self.name.read(text, argument, &self.keyset)).transpose()
        };
        let ends = Ends { after: place(&request.after, "after")?, before: place(&request.before, "before")? };
        if self.branches.is_empty() {
            let beyond = ends.beyond(&self.keyset, |place| place.clone());
            return Ok(vec![Part { branch: None, keyset: self.keyset.clone(), beyond }]);
        }
        let mut parts: Vec<_> = self.branches.iter().filter_map(|branch| self.part(branch, &ends)).collect();
        if parts.is_empty() {
            // The ends leave nothing between them; the head of the log is still asked for.
            let branch = &self.branches[0];
            let (keyset, beyond) = (branch.keyset(&self.keyset), vec![truth(false)]);
            parts.push(Part { branch: Some(branch), keyset, beyond });
        }
        if request.is_backward {
            parts.reverse();
        }
        Ok(parts)
    }

    /// What of a branch lies between the ends, if it may be anything.
    fn part<'a>(&self, branch: &'a Branch, ends: &Ends) -> Option<Part<'a>> {
        let direction = self.keyset.keys[0].direction;
        let lies = |place: &Option<PageCursor>| place.as_ref().map(|place| branch.lies(place, direction));
        let (from, to) = (lies(&ends.after), lies(&ends.before));
        if from == Some(Ordering::Less) || to == Some(Ordering::Greater) {
            return None;
        }
        let within =
            |place: &Option<PageCursor>, lies| place.clone().filter(|_| lies == Some(Ordering::Equal));
        let ends = Ends { after: within(&ends.after, from), before: within(&ends.before, to) };
        let keyset = branch.keyset(&self.keyset);
        let beyond = ends.beyond(&keyset, |place| branch.place(place));
        Some(Part { branch: Some(branch), keyset, beyond })
    }

    /// How many of the parts probably hold the page. Half of one in which it begins is thought to be left.
    fn nearest(&self, parts: &[Part<'_>], request: &PageRequest) -> usize {
        let (mut held, enough) = (0, 2 * request.limit as u64 + 1);
        let hold_enough = |part: &Part<'_>| {
            let expected = part.branch.map_or(0, |branch| branch.expected);
            held += if part.beyond.is_empty() { expected } else { expected / 2 };
            held >= enough
        };
        parts.iter().position(hold_enough).map_or(parts.len(), |last| last + 1)
    }

    fn write_page(&self, sql: &mut Writer, request: &PageRequest, parts: &[Part<'_>]) {
        if let [part] = parts {
            return self.write_part(sql, request, part);
        }
        sql.text("SELECT * FROM (");
        for (index, part) in parts.iter().enumerate() {
            sql.text(if index == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
            self.write_part(sql, request, part);
            sql.text(&format!(") AS part_{index}"));
        }
        sql.text(") AS parts ORDER BY ");
        write_order(sql, &named(&self.keyset, "parts"), request.is_backward);
        sql.text(&format!(" LIMIT {}", request.limit + 1));
    }

    fn write_part(&self, sql: &mut Writer, request: &PageRequest, part: &Part<'_>) {
        sql.text("SELECT ");
        for name in &self.columns {
            sql.text(self.table).text(".").text(name).text(", ");
        }
        let constant = part.branch.and_then(|branch| branch.key.as_ref());
        for (index, key) in self.keyset.keys.iter().enumerate() {
            let (open, value, close) = match (constant.filter(|_| index == 0), key.kind) {
                (Some(constant), kind) => Branch::constant(constant, kind, sql.backend),
                (None, KeyKind::Number) => ("CAST(", key.expression.clone(), " AS bigint)"),
                (None, KeyKind::Text) => ("", key.expression.clone(), ""),
            };
            sql.text(open).part(value).text(close).text(&format!(" AS key_{index}, "));
        }
        // Without the trailing comma a list of no keys would need a case of its own.
        sql.text("0 AS key_end FROM ");
        if let Some((table, _)) = self.ahead {
            sql.text(table).text(" CROSS JOIN ");
        }
        let hint = part.branch.map(|branch| branch.hint).filter(|hint| !hint.is_empty());
        sql.text(self.table).text(" ").text(hint.unwrap_or(self.hint)).text(&self.joins);
        sql.text(" WHERE ").part(self.own_rows());
        let joined = self.ahead.iter().map(|(_, joined)| joined.clone());
        // What makes the part is asked before what may have to be looked for in other tables.
        let own = part.branch.iter().map(|branch| branch.condition.clone());
        let condition = self.asked.as_ref().unwrap_or(&self.condition).clone();
        for condition in joined.chain(own).chain([condition]).chain(part.beyond.iter().cloned()) {
            sql.text(" AND ").part(condition);
        }
        sql.text(" ORDER BY ");
        write_order(sql, &part.keyset, request.is_backward);
        sql.text(&format!(" LIMIT {}", request.limit + 1));
    }

    fn own_rows(&self) -> Expr {
        column(self.table, "account_id").eq(self.account_id)
    }
}

/// Where a page begins and ends.
struct Ends {
    after: Option<PageCursor>,
    before: Option<PageCursor>,
}

impl Ends {
    /// What lies between them, in this order, in which `place` says where a row is.
    fn beyond(&self, keyset: &Keyset, place: impl Fn(&PageCursor) -> PageCursor) -> Vec<Expr> {
        let beyond = |end: &PageCursor, is_reversed| keyset.beyond(&place(end), is_reversed);
        let after = self.after.iter().map(|end| beyond(end, false));
        after.chain(self.before.iter().map(|end| beyond(end, true))).collect()
    }
}

/// A part of a list as far as a page may be in it.
struct Part<'a> {
    branch: Option<&'a Branch>,
    keyset: Keyset,
    beyond: Vec<Expr>,
}

/// The same order over the columns of a table that holds the keys.
fn named(keyset: &Keyset, table: &str) -> Keyset {
    let mut keyset = keyset.clone();
    for (index, key) in keyset.keys.iter_mut().enumerate() {
        key.expression = Expr::cust(format!("{table}.key_{index}"));
    }
    Keyset { id: Expr::cust(format!("{table}.id")), ..keyset }
}

fn write_order(sql: &mut Writer, keyset: &Keyset, is_reversed: bool) {
    let word = |direction: Direction| match direction.turned(is_reversed) {
        Direction::Ascending => " ASC",
        Direction::Descending => " DESC",
    };
    for key in &keyset.keys {
        let nulls = match (key.is_nullable, is_reversed) {
            (false, _) => "",
            (true, false) => " NULLS LAST",
            (true, true) => " NULLS FIRST",
        };
        sql.part(key.expression.clone()).text(word(key.direction)).text(nulls).text(", ");
    }
    sql.part(keyset.id.clone()).text(word(keyset.id_direction));
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
