//! The schema's history goes up, down and up again.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use sea_orm_migration::MigratorTrait;
use serde_json::json;
use sportello_migration::Migrator;
use sportello_tests::{Database, Desk, Kind, on_both};

/// The tables' names but for the migrations' own.
async fn tables(connection: &DatabaseConnection, kind: Kind) -> BTreeSet<String> {
    let sql = match kind {
        Kind::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Kind::Postgres => {
            "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = current_schema()"
        }
    };
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.expect("the tables are listed");
    let names = rows.iter().map(|row| row.try_get::<String>("", "name").expect("a name"));
    names.filter(|name| !name.starts_with("sqlite_") && name != "seaql_migrations").collect()
}

async fn up_down_up(kind: Kind) {
    let Some(database) = Database::create(kind).await else { return };
    let connection = database.connect().await;
    Migrator::up(&connection, None).await.expect("up");
    let whole = tables(&connection, kind).await;
    assert!(whole.contains("ticket") && whole.contains("event"), "{whole:?}");
    Migrator::down(&connection, None).await.expect("down");
    assert_eq!(tables(&connection, kind).await, BTreeSet::new());
    Migrator::up(&connection, None).await.expect("up again");
    assert_eq!(tables(&connection, kind).await, whole);
    Migrator::up(&connection, None).await.expect("up is no work the second time");
    connection.close().await.expect("closed");
    tokio::task::spawn_blocking(move || database.remove()).await.expect("removed");
}

#[tokio::test]
async fn on_sqlite() {
    up_down_up(Kind::Sqlite).await;
}

#[tokio::test]
async fn on_postgres() {
    up_down_up(Kind::Postgres).await;
}

on_both!(a_restart_keeps_everything, async |desk: Desk| {
    let ticket = desk.owner.opens("kept").await;
    let desk = desk.restart().await;
    assert_eq!(desk.owner.ticket(&ticket["id"]).await, ticket);
    assert_eq!(desk.owner.opens("next").await["reference"], json!("T-2"));
});

on_both!(what_search_looks_into_is_written_anew, async |desk: Desk| {
    let ticket = desk.owner.opens("A broken printer").await;
    // As if a version before that one had left it.
    let migrations = Migrator::migrations();
    let later = migrations.iter().rev().position(|migration| migration.name() == "m0014_head_words");
    let steps = u32::try_from(later.expect("it is there")).expect("they are few") + 1;
    Migrator::down(desk.store().writer(), Some(steps)).await.expect("down");
    let desk = desk.restart().await;
    let best = json!({ "search": "printer", "orderBy": [{ "field": "RELEVANCE", "direction": "DESC" }] });
    let found = desk.owner.tickets(best).await;
    assert_eq!(found["nodes"][0]["id"], ticket["id"]);
    assert_eq!(desk.owner.tickets(json!({ "search": "scanner" })).await["nodes"], json!([]));
});
