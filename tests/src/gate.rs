//! A gate in the database: who comes to it in the middle of a transaction stands there until they are killed.

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, TransactionTrait};

use crate::{Database, Kind};

/// A gate that a run of an automation comes to when it has done a step and has not committed it yet. Put it up while no
/// server runs.
pub struct Gate {
    connection: DatabaseConnection,
    kind: Kind,
    /// What keeps it shut on PostgreSQL.
    bolt: Option<DatabaseTransaction>,
}

impl Gate {
    /// Puts one up where the step at this position becomes this.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn at_step(database: &Database, position: usize, status: &str) -> Self {
        let (connection, kind) = (database.connect().await, database.kind());
        let condition = format!("NEW.position = {position} AND NEW.status = '{status}'");
        let statements = match kind {
            Kind::Sqlite => endless(&condition),
            Kind::Postgres => bolted(&condition),
        };
        for statement in statements {
            connection.execute_unprepared(&statement).await.expect("a gate");
        }
        let bolt = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => {
                let bolt = connection.begin().await.expect("a transaction");
                bolt.execute_unprepared(BOLT).await.expect("the bolt");
                Some(bolt)
            }
        };
        Self { connection, kind, bolt }
    }

    /// Takes it down, once who stood there is dead.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn goes(mut self) {
        if let Some(bolt) = self.bolt.take() {
            bolt.rollback().await.expect("the bolt is drawn");
        }
        let statements: &[_] = match self.kind {
            Kind::Sqlite => &["DROP TRIGGER gate", "DROP VIEW forever"],
            // Waits for what is left of the transaction that stood there: nobody commits it.
            Kind::Postgres => &["DROP TRIGGER gate ON automation_step_run", "DROP FUNCTION gate()"],
        };
        for statement in statements {
            self.connection.execute_unprepared(statement).await.expect("no gate");
        }
        self.connection.close().await.expect("closed");
    }
}

const BOLT: &str = "SELECT pg_advisory_xact_lock(hashtext(current_schema()))";

/// SQLite can do nothing but count.
fn endless(condition: &str) -> Vec<String> {
    let view = "CREATE VIEW forever AS WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number) \
                SELECT n FROM number";
    let trigger = format!(
        "CREATE TRIGGER gate AFTER UPDATE ON automation_step_run WHEN {condition} \
         BEGIN SELECT count(*) FROM forever; END"
    );
    vec![view.to_owned(), trigger]
}

fn bolted(condition: &str) -> Vec<String> {
    let function = format!(
        "CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM ({BOLT}); RETURN NEW; END $$"
    );
    let trigger = format!(
        "CREATE TRIGGER gate AFTER UPDATE ON automation_step_run FOR EACH ROW WHEN ({condition}) \
         EXECUTE FUNCTION gate()"
    );
    vec![function, trigger]
}
