//! A database of its own for each test: a file in SQLite, and a schema in PostgreSQL where there is one.

use std::path::PathBuf;

use sea_orm::{ConnectionTrait, Database};
use uuid::Uuid;

const URL: &str = "postgres://postgres@127.0.0.1:5432/postgres";

/// Where a test's tables lie.
pub(crate) struct Place {
    /// What the store is opened with.
    pub(crate) url: String,
    kind: Kind,
}

enum Kind {
    File(PathBuf),
    Schema { server: String, name: String },
}

/// One in SQLite, and one in PostgreSQL (CI=true: there must be one), named after the tests.
#[expect(clippy::disallowed_methods, reason = "a name for the tables, before there is a store to give ids")]
pub(crate) async fn places(tests: &str) -> Vec<Place> {
    let name = format!("{tests}_{}", Uuid::now_v7().simple());
    let file = std::env::temp_dir().join(format!("{name}.db"));
    let mut places =
        vec![Place { url: format!("sqlite://{}?mode=rwc", file.display()), kind: Kind::File(file) }];
    let server = std::env::var("DATABASE_TEST_URL").unwrap_or_else(|_| URL.to_owned());
    match Database::connect(&server).await {
        Ok(database) => {
            database.execute_unprepared(&format!("CREATE SCHEMA {name}")).await.unwrap();
            let separator = if server.contains('?') { '&' } else { '?' };
            let url = format!("{server}{separator}options[search_path]={name}");
            places.push(Place { url, kind: Kind::Schema { server, name } });
        }
        Err(error) if std::env::var("CI").as_deref() == Ok("true") => {
            panic!("PostgreSQL at {server}: {error}")
        }
        Err(error) => eprintln!("SKIPPED on PostgreSQL, which does not answer at {server}: {error}"),
    }
    places
}

impl Place {
    /// Takes the tables away. The stores on them are closed.
    pub(crate) async fn clear(self) {
        match self.kind {
            Kind::File(file) => std::fs::remove_file(file).unwrap(),
            Kind::Schema { server, name } => {
                let database = Database::connect(&server).await.unwrap();
                database.execute_unprepared(&format!("DROP SCHEMA {name} CASCADE")).await.unwrap();
            }
        }
    }
}
