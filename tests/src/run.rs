//! Runs one story: a database, a desk, the story, and everything cleared away, also when it fails.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    time::Duration,
};

use tokio::runtime::{Builder, Runtime};

use crate::{Database, Desk, Kind};

/// How long anything may take that a story waits for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Tells the same story on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! on_both {
    ($name:ident, $story:expr) => {
        mod $name {
            use super::*;

            #[test]
            fn sqlite() {
                $crate::run($crate::Kind::Sqlite, $story);
            }

            #[test]
            fn postgres() {
                $crate::run($crate::Kind::Postgres, $story);
            }
        }
    };
}

/// Runs a story on a new desk in a new database. Without PostgreSQL it says so and passes, except where CI=true.
///
/// # Panics
/// As the story does.
pub fn run(kind: Kind, story: impl AsyncFnOnce(Desk)) {
    let Some(database) = runtime().block_on(Database::create(kind)) else { return };
    let runtime = runtime();
    let told = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { story(Desk::open(&database).await).await });
    }));
    runtime.shutdown_timeout(Duration::from_secs(5));
    database.remove();
    if let Err(panic) = told {
        resume_unwind(panic);
    }
}

/// How many times as much the long tests do as in continuous integration: what CHAOS says, or 1.
///
/// # Panics
/// When it is no number.
pub fn times() -> usize {
    std::env::var("CHAOS").map_or(1, |times| times.parse().expect("CHAOS: a number"))
}

/// Waits for what must happen soon.
///
/// # Panics
/// When it does not happen.
pub async fn in_time<F: Future>(what: &str, future: F) -> F::Output {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(output) => output,
        Err(_) => panic!("{what}: did not happen within {PATIENCE:?}"),
    }
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts")
}
