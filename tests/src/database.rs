//! A database for one test: a SQLite file, or a PostgreSQL schema.

use std::{
    env, fs,
    path::PathBuf,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use sea_orm::{ConnectionTrait, DatabaseConnection};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// The databases that Sportello runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One file.
    Sqlite,
    /// A server; `DATABASE_TEST_URL` says which.
    Postgres,
}

/// An empty database that belongs to one test.
#[derive(Clone, Debug)]
pub struct Database {
    /// What DATABASE_URL is set to.
    pub url: String,
    pub(crate) place: Place,
}

#[derive(Clone, Debug)]
pub(crate) enum Place {
    Directory(PathBuf),
    Schema(String),
    /// On a server that somebody else looks after; where its databases are made.
    Elsewhere(String),
}

impl Database {
    /// Makes one; none where there is no PostgreSQL.
    ///
    /// # Panics
    /// When it cannot be made, or PostgreSQL is missing where CI=true.
    pub async fn create(kind: Kind) -> Option<Self> {
        let name = format!("sportello_test_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        match kind {
            Kind::Sqlite => Some(Self::in_directory(&name)),
            Kind::Postgres => Self::in_schema(name).await,
        }
    }

    /// A database of a server that somebody else looks after, and where that one's databases are made.
    pub(crate) fn elsewhere(url: String, server: String) -> Self {
        Self { url, place: Place::Elsewhere(server) }
    }

    fn in_directory(name: &str) -> Self {
        let directory = env::temp_dir().join(name);
        drop(fs::remove_dir_all(&directory));
        fs::create_dir_all(&directory).expect("a directory for the database");
        let url = format!("sqlite://{}?mode=rwc", directory.join("desk.db").display());
        Self { url, place: Place::Directory(directory) }
    }

    async fn in_schema(name: String) -> Option<Self> {
        let connection = match sea_orm::Database::connect(server_url()).await {
            Ok(connection) => connection,
            Err(error) if env::var("CI").as_deref() == Ok("true") => panic!("{}: {error}", server_url()),
            Err(error) => {
                eprintln!("SKIPPED: no PostgreSQL at {} ({error}); set DATABASE_TEST_URL", server_url());
                return None;
            }
        };
        execute(&connection, &format!("DROP SCHEMA IF EXISTS {name} CASCADE")).await;
        execute(&connection, &format!("CREATE SCHEMA {name}")).await;
        connection.close().await.expect("the connection closes");
        let separator = if server_url().contains('?') { '&' } else { '?' };
        let url = format!("{}{separator}options=-c%20search_path%3D{name}", server_url());
        Some(Self { url, place: Place::Schema(name) })
    }

    /// Which database it is.
    pub fn kind(&self) -> Kind {
        match self.place {
            Place::Directory(_) => Kind::Sqlite,
            Place::Schema(_) | Place::Elsewhere(_) => Kind::Postgres,
        }
    }

    /// Opens a connection beside the server's.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn connect(&self) -> DatabaseConnection {
        sea_orm::Database::connect(&self.url).await.expect("the database answers")
    }

    /// From now on it refuses this, as in `UPDATE ON follower_position`; one thing at a time.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn refuses(&self, what: &str) {
        let statements = match self.kind() {
            Kind::Sqlite => {
                vec![format!(
                    "CREATE TRIGGER refusal BEFORE {what} BEGIN SELECT RAISE(ABORT, 'refused'); END"
                )]
            }
            Kind::Postgres => vec![
                "CREATE FUNCTION refusal() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'refused'; END $$"
                    .to_owned(),
                format!("CREATE TRIGGER refusal BEFORE {what} FOR EACH ROW EXECUTE FUNCTION refusal()"),
            ],
        };
        let connection = self.connect().await;
        for statement in statements {
            execute(&connection, &statement).await;
        }
    }

    /// It refuses nothing any more.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn allows(&self) {
        let statement = match self.kind() {
            Kind::Sqlite => "DROP TRIGGER refusal",
            Kind::Postgres => "DROP FUNCTION refusal CASCADE",
        };
        execute(&self.connect().await, statement).await;
    }

    /// Clears it away.
    ///
    /// # Panics
    /// When PostgreSQL does not answer any more, and inside of an asynchronous runtime.
    pub fn remove(self) {
        match self.place {
            Place::Directory(directory) => drop(fs::remove_dir_all(directory)),
            Place::Schema(name) => tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
                let connection = sea_orm::Database::connect(server_url()).await.expect("PostgreSQL answers");
                execute(&connection, &format!("DROP SCHEMA {name} CASCADE")).await;
            }),
            Place::Elsewhere(_) => {}
        }
    }
}

fn server_url() -> String {
    env::var("DATABASE_TEST_URL").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned())
}

pub(crate) async fn execute(connection: &DatabaseConnection, statement: &str) {
    connection.execute_unprepared(statement).await.expect(statement);
}
