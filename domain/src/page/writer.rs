//! Writing a statement piece by piece.

use std::fmt::Write;

use sea_orm::{
    DbBackend, Statement,
    sea_query::{Expr, Query},
};

/// A statement's text with the expressions that stand in it.
pub(super) struct Writer {
    pub(super) backend: DbBackend,
    text: String,
    parts: Vec<Expr>,
}

impl Writer {
    pub(super) fn new(backend: DbBackend) -> Self {
        Self { backend, text: String::with_capacity(2048), parts: Vec::new() }
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// An expression, in parentheses of its own.
    pub(super) fn part(&mut self, part: Expr) -> &mut Self {
        self.parts.push(part);
        match self.backend {
            DbBackend::Postgres => write!(self.text, "(${})", self.parts.len()),
            _ => write!(self.text, "(?)"),
        }
        .expect("writing into a String cannot fail");
        self
    }

    pub(super) fn statement(self) -> Statement {
        let whole = Query::select().expr(Expr::cust_with_exprs(self.text, self.parts)).take();
        self.backend.build(&whole)
    }
}
