//! What the reading in SQL needs to know besides the filter.

use std::fmt::Write;

use sea_orm::{
    DbBackend, ExprTrait,
    sea_query::{Alias, Expr, Query, SelectStatement},
};
use sportello_entity::{AccountId, ticket_category, ticket_status};
use uuid::Uuid;

/// Whose rows are asked for, in which database, and the account's few statuses and categories: what is asked of their
/// texts is answered here, in memory, and reaches the database as ids.
#[derive(Clone, Copy, Debug)]
pub struct Sql<'a> {
    /// The account that a subquery is held to.
    pub account_id: AccountId,
    /// The database's language.
    pub backend: DbBackend,
    /// All of the account's statuses, deleted ones too.
    pub statuses: &'a [ticket_status::Model],
    /// All of the account's categories, archived and merged ones too.
    pub categories: &'a [ticket_category::Model],
}

impl Sql<'_> {
    /// The ids of the account's contacts of which a condition is true.
    pub(crate) fn contacts(&self, condition: Expr) -> SelectStatement {
        Query::select()
            .expr(column("contact", "id"))
            .from(Alias::new("contact"))
            .and_where(column("contact", "account_id").eq(self.account_id))
            .and_where(condition)
            .take()
    }

    /// Whether a column holds one of these ids: one parameter, however many there are.
    pub(super) fn is_one_of(&self, column: Expr, ids: impl Iterator<Item = Uuid>) -> Expr {
        match self.backend {
            DbBackend::Postgres => {
                let listed = joined("{", ids, "", "}");
                Expr::cust_with_exprs("$1 = ANY(CAST($2 AS uuid[]))", [column, Expr::val(listed)])
            }
            _ => {
                let listed = joined("[", ids, "\"", "]");
                Expr::cust_with_exprs(
                    "? IN (SELECT unhex(value) FROM json_each(?))",
                    [column, Expr::val(listed)],
                )
            }
        }
    }
}

fn joined(open: &str, ids: impl Iterator<Item = Uuid>, quote: &str, close: &str) -> String {
    let mut text = open.to_owned();
    for (index, id) in ids.enumerate() {
        let comma = if index == 0 { "" } else { "," };
        write!(text, "{comma}{quote}{}{quote}", id.simple()).expect("writing into a String cannot fail");
    }
    text + close
}

/// A column of a table.
pub(crate) fn column(table: &'static str, name: &'static str) -> Expr {
    Expr::col((Alias::new(table), Alias::new(name)))
}
