//! The table of what grows with the number of tickets: for each row the median of its runs on few and on many.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::report::{cost, report_errors, verdict};

/// One row: its name in the results, what it is in words, and how many times as much it may cost.
struct Row {
    name: &'static str,
    words: &'static str,
    most: f64,
}

const fn page(name: &'static str, words: &'static str) -> Row {
    Row { name, words, most: 2.0 }
}

const ROWS: [Row; 16] = [
    page("page_PRIORITY", "page by PRIORITY"),
    page("page_STATUS", "page by STATUS"),
    page("page_TITLE", "page by TITLE"),
    page("page_REFERENCE", "page by REFERENCE"),
    page("page_CATEGORY", "page by CATEGORY"),
    page("page_CONTACT", "page by CONTACT"),
    page("page_ASSIGNEE", "page by ASSIGNEE"),
    page("page_OPENED_AT", "page by OPENED_AT"),
    page("page_UPDATED_AT", "page by UPDATED_AT"),
    page("page_STATUS_CHANGED_AT", "page by STATUS_CHANGED_AT"),
    page("page_CLOSED_AT", "page by CLOSED_AT"),
    Row { name: "newest", words: "search, newest first", most: 4.0 },
    Row { name: "relevance", words: "search by relevance", most: 10.0 },
    Row { name: "prefix", words: "prefix of three letters", most: 6.0 },
    Row { name: "statistics", words: "unfiltered statistics", most: 2.0 },
    Row { name: "update", words: "ticketUpdate", most: 1.5 },
];

/// Prints the results as a table.
///
/// # Errors
/// When a line is no result of the load generator.
pub fn run(results: &str, small: u64, large: u64) -> Result<()> {
    let lines = results.lines().filter(|line| line.starts_with('{'));
    let results: Vec<Value> =
        lines.map(serde_json::from_str).collect::<Result<_, _>>().context("not the load generator's JSON")?;
    println!(
        "| µs of CPU | {small} tickets: server + database | {large}: server + database | ratio | at most |"
    );
    println!("| --- | --- | --- | --- | --- |");
    for database in ["sqlite", "postgres"] {
        ROWS.iter()
            .filter_map(|row| compared(&results, row, database, small, large))
            .for_each(|line| println!("{line}"));
    }
    report_errors(&results);
    Ok(())
}

fn compared(results: &[Value], row: &Row, database: &str, small: u64, large: u64) -> Option<String> {
    let Row { name, words, most } = row;
    let (server, behind) = cost(results, &format!("{name}/{database}/{small}"))?;
    let (large_server, large_behind) = cost(results, &format!("{name}/{database}/{large}"))?;
    let ratio = (large_server + large_behind) / (server + behind);
    let verdict = verdict(ratio <= *most);
    Some(format!(
        "| {words}, {database} | {server:.0} + {behind:.0} | {large_server:.0} + {large_behind:.0} | {ratio:.2} | {most:.1}{verdict} |"
    ))
}
