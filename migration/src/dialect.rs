//! The few words in which the two databases' data definition languages differ.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Runs a script of statements, each ended by a semicolon at a line's end. `{uuid}`, `{key}` and `{text}` stand for the
/// database's types: a UUID; a text that sorts by code point, as SQLite sorts every text; any text.
pub(crate) async fn run(manager: &SchemaManager<'_>, script: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let (uuid, key) = match connection.get_database_backend() {
        DbBackend::Postgres => ("uuid", "text COLLATE \"C\""),
        _ => ("blob", "text"),
    };
    let script = script.replace("{uuid}", uuid).replace("{key}", key).replace("{text}", "text");
    for statement in script.split(";\n").map(str::trim).filter(|statement| !statement.is_empty()) {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}
