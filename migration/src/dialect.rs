//! The few words in which the two databases' data definition languages differ.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Whether it is SQLite: the other one is PostgreSQL.
pub(crate) fn is_sqlite(manager: &SchemaManager<'_>) -> bool {
    manager.get_connection().get_database_backend() == DbBackend::Sqlite
}

/// Runs a script of statements, each ended by a semicolon at a line's end. `{uuid}`, `{key}`, `{text}` and `{bytes}` stand
/// for the database's types: a UUID; a text that sorts by code point, as SQLite sorts every text; any text; bytes.
pub(crate) async fn run(manager: &SchemaManager<'_>, script: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let (uuid, key, bytes) = match connection.get_database_backend() {
        DbBackend::Postgres => ("uuid", "text COLLATE \"C\"", "bytea"),
        _ => ("blob", "text", "blob"),
    };
    let script = script
        .replace("{uuid}", uuid)
        .replace("{key}", key)
        .replace("{text}", "text")
        .replace("{bytes}", bytes);
    for statement in script.split(";\n").map(str::trim).filter(|statement| !statement.is_empty()) {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}
