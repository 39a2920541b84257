//! The table of what planning costs: the same mutations with it and without.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::report::{cost, verdict};

/// Planning may take so much of the CPU that a mutation has without it.
const MOST: f64 = 0.2;

const ROWS: [(&str, &str); 8] = [
    ("update/sqlite", "ticketUpdate, SQLite"),
    ("update/postgres", "ticketUpdate, PostgreSQL"),
    ("open/sqlite", "ticketOpen, SQLite"),
    ("open/postgres", "ticketOpen, PostgreSQL"),
    ("update/sqlite/mailed", "ticketUpdate, one is mailed, SQLite"),
    ("update/postgres/mailed", "ticketUpdate, one is mailed, PostgreSQL"),
    ("open/sqlite/mailed", "ticketOpen, one is mailed, SQLite"),
    ("open/postgres/mailed", "ticketOpen, one is mailed, PostgreSQL"),
];

/// Prints the results as a table.
///
/// # Errors
/// When a line is no result.
pub fn run(results: &str) -> Result<()> {
    let lines = results.lines().filter(|line| line.starts_with('{'));
    let results: Vec<Value> =
        lines.map(serde_json::from_str).collect::<Result<_, _>>().context("not JSON")?;
    println!("| µs of CPU | planned: server + database | not planned | planning's share | at most |");
    println!("| --- | --- | --- | --- | --- |");
    for (name, words) in ROWS {
        if let Some(line) = compared(&results, name, words) {
            println!("{line}");
        }
    }
    Ok(())
}

fn compared(results: &[Value], name: &str, words: &str) -> Option<String> {
    let (server, database) = cost(results, &format!("{name}/planned"))?;
    let (bare_server, bare_database) = cost(results, &format!("{name}/bare"))?;
    let share = (server + database) / (bare_server + bare_database) - 1.0;
    Some(format!(
        "| {words} | {server:.0} + {database:.0} | {bare_server:.0} + {bare_database:.0} | {:.0} % | {:.0} %{} |",
        share * 100.0,
        MOST * 100.0,
        verdict(share <= MOST)
    ))
}
