//! Statements that go to the database together.
//!
//! A statement on SQLite is a way to the connection's thread and back, which costs several times what SQLite does for a
//! row. Where nothing is read in between, several go as one text: <https://www.sqlite.org/c3ref/prepare.html>.

use std::pin::pin;

use futures_util::TryStreamExt;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, StreamTrait, Value, Values};

/// More are sent one by one: a connection keeps each text that it has seen, and long ones hardly come twice.
const MOST_TOGETHER: usize = 12;

/// Statements in their order. Their texts have a parameter wherever there is a question mark, or a dollar sign before a
/// digit, and no such signs besides.
#[derive(Default)]
pub(crate) struct Batch(Vec<Statement>);

impl Batch {
    /// Adds a statement at the end.
    pub(crate) fn push(&mut self, statement: Statement) {
        self.0.push(statement);
    }

    /// Adds statements at the end.
    pub(crate) fn extend(&mut self, statements: impl Iterator<Item = Statement>) {
        self.0.extend(statements);
    }

    /// Runs them in their order, and gives the rows that all of them answer. The first that fails is the last that runs.
    ///
    /// # Errors
    /// What the database answers.
    pub(crate) async fn run(
        self,
        db: &(impl ConnectionTrait + StreamTrait),
    ) -> Result<Vec<QueryResult>, DbErr> {
        let mut rows = Vec::new();
        let keep = |row| {
            rows.push(row);
            Ok(())
        };
        self.run_each(db, keep).await?;
        Ok(rows)
    }

    /// The same, but each row is given as soon as it is there, while the statements behind it run.
    ///
    /// # Errors
    /// What the database answers, and what is answered to a row; then nothing runs any more.
    pub(crate) async fn run_each(
        self,
        db: &(impl ConnectionTrait + StreamTrait),
        mut each: impl FnMut(QueryResult) -> Result<(), DbErr> + Send,
    ) -> Result<(), DbErr> {
        let is_one = ConnectionTrait::get_database_backend(db) == DbBackend::Sqlite
            && (2..=MOST_TOGETHER).contains(&self.0.len());
        let statements = if is_one { vec![joined(self.0)] } else { self.0 };
        for statement in statements {
            let mut rows = pin!(db.stream_raw(statement).await?);
            while let Some(row) = rows.try_next().await? {
                each(row)?;
            }
        }
        Ok(())
    }
}

/// All in one text. Numbers of parameters count through it: sqlx binds `$N` by its number, whichever statement it is in.
fn joined(statements: Vec<Statement>) -> Statement {
    let (mut text, mut values) = (String::new(), Vec::<Value>::new());
    for Statement { sql, values: own, .. } in statements {
        renumber(&mut text, &sql, values.len());
        text.push(';');
        values.extend(own.into_iter().flat_map(|Values(own)| own));
    }
    Statement::from_sql_and_values(DbBackend::Sqlite, text, values)
}

/// Writes a statement's text behind others that have so many parameters.
fn renumber(text: &mut String, sql: &str, before: usize) {
    let mut unnumbered = before;
    let mut rest = sql;
    while let Some(place) = rest.find(['?', '$']) {
        let (ahead, mark) = rest.split_at(place);
        text.push_str(ahead);
        let digits = mark[1..].bytes().take_while(u8::is_ascii_digit).count();
        let number = match mark[1..=digits].parse::<usize>() {
            Ok(number) => before + number,
            Err(_) => {
                unnumbered += 1;
                unnumbered
            }
        };
        text.push_str(&format!("${number}"));
        rest = &mark[1 + digits..];
    }
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectOptions, Database, DatabaseConnection};

    use super::*;

    #[test]
    fn parameters_are_numbered_through() {
        let statement = |sql: &str, values: &[i64]| {
            let values = values.iter().map(|value| Value::from(*value));
            Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
        };
        let all = joined(vec![
            statement("a = ? AND b = ?", &[1, 2]),
            statement("$2, $10, $1", &[3, 4]),
            statement("c", &[]),
        ]);
        assert_eq!(all.sql, "a = $1 AND b = $2;$4, $12, $3;c;");
        assert_eq!(all.values.map(|Values(values)| values.len()), Some(4));
    }

    async fn database() -> DatabaseConnection {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1).min_connections(1);
        let database = Database::connect(options).await.expect("a database");
        database.execute_unprepared("CREATE TABLE pair (a INTEGER UNIQUE, b TEXT)").await.expect("a table");
        database
    }

    fn insertion(a: i64, b: &str) -> Statement {
        Statement::from_sql_and_values(
            DbBackend::Sqlite,
            "INSERT INTO pair VALUES (?, $2)".replace('?', "$1"),
            [a.into(), b.into()],
        )
    }

    async fn pairs(database: &DatabaseConnection) -> Vec<(i64, String)> {
        let all = Statement::from_string(DbBackend::Sqlite, "SELECT a, b FROM pair ORDER BY a");
        let rows = database.query_all_raw(all).await.expect("rows");
        rows.iter()
            .map(|row| (row.try_get_by_index(0).expect("a"), row.try_get_by_index(1).expect("b")))
            .collect()
    }

    #[tokio::test]
    async fn all_run_with_their_own_values_and_answer_their_rows() {
        let database = database().await;
        for count in [1, MOST_TOGETHER as i64, MOST_TOGETHER as i64 + 1] {
            let mut batch = Batch::default();
            for a in 1..=count {
                batch.push(insertion(count * 100 + a, &format!("{a}?$1")));
            }
            let sql = "UPDATE pair SET b = b || ? WHERE a = ? RETURNING b";
            batch.push(Statement::from_sql_and_values(
                DbBackend::Sqlite,
                sql,
                ["!".into(), (count * 100 + 1).into()],
            ));
            let rows = batch.run(&database).await.expect("all run");
            let answered: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).expect("b")).collect();
            assert_eq!(answered, ["1?$1!"]);
        }
        let expected = 1 + MOST_TOGETHER + MOST_TOGETHER + 1;
        assert_eq!(pairs(&database).await.len(), expected);
    }

    #[tokio::test]
    async fn what_fails_is_told_and_nothing_runs_after_it() {
        let database = database().await;
        let mut batch = Batch::default();
        [(1, "a"), (1, "b"), (2, "c")].into_iter().for_each(|(a, b)| batch.push(insertion(a, b)));
        batch.run(&database).await.expect_err("a is unique");
        assert_eq!(pairs(&database).await, [(1, "a".to_owned())]);
    }
}
