//! The table: for each row the median of Sportello's runs, of the limit's, and what they make.

use anyhow::{Context, Result};
use serde_json::Value;

/// One comparison: its name in the results, what it is in words, and how many times the limit it may cost.
struct Comparison {
    name: &'static str,
    words: &'static str,
    most: Option<f64>,
}

const COMPARISONS: [Comparison; 7] = [
    Comparison { name: "list/sqlite", words: "list of 50, SQLite", most: Some(1.2) },
    Comparison { name: "list/postgres", words: "list of 50, PostgreSQL", most: Some(1.2) },
    Comparison { name: "update/sqlite", words: "ticketUpdate, SQLite", most: Some(2.0) },
    Comparison { name: "update/postgres", words: "ticketUpdate, PostgreSQL", most: Some(2.0) },
    Comparison { name: "open/sqlite", words: "ticketOpen, SQLite", most: Some(2.0) },
    Comparison { name: "open/postgres", words: "ticketOpen, PostgreSQL", most: Some(2.0) },
    Comparison { name: "push/sqlite", words: "a delivered change, 1,000 subscribers", most: None },
];

/// What is held to a time as well, and how many times the limit's it may take.
const TIMED: [Comparison; 2] = [
    Comparison { name: "list/sqlite", words: "list of 50, SQLite", most: Some(1.4) },
    Comparison { name: "list/postgres", words: "list of 50, PostgreSQL", most: Some(1.4) },
];

/// Bytes that an idle subscriber may take.
const MOST_BYTES: f64 = 16.0 * 1024.0;

/// Prints the results as a table.
///
/// # Errors
/// When a line is no result of the load generator.
pub fn run(results: &str) -> Result<()> {
    let lines = results.lines().filter(|line| line.starts_with('{'));
    let results: Vec<Value> =
        lines.map(serde_json::from_str).collect::<Result<_, _>>().context("not the load generator's JSON")?;
    println!("| µs of CPU | Sportello: server + database | by hand: server + database | ratio | at most |");
    println!("| --- | --- | --- | --- | --- |");
    for comparison in &COMPARISONS {
        if let Some(line) = compared(&results, comparison) {
            println!("{line}");
        }
    }
    println!("\n| µs to an answer, median | Sportello | by hand | ratio | at most |");
    println!("| --- | --- | --- | --- | --- |");
    for comparison in &TIMED {
        if let Some(line) = timed(&results, comparison) {
            println!("{line}");
        }
    }
    println!("\n| memory | Sportello | by hand | at most |\n| --- | --- | --- | --- |");
    for subscribers in ["1000", "3000"] {
        let bytes =
            |side: &str| median(&results, &format!("idle/{subscribers}/{side}"), "bytes_per_idle_sub");
        if let (Some(ours), Some(by_hand)) = (bytes("sportello"), bytes("limit")) {
            let verdict = verdict(ours <= MOST_BYTES);
            println!(
                "| bytes an idle subscriber, {subscribers} | {ours:.0} | {by_hand:.0} | {MOST_BYTES:.0}{verdict} |"
            );
        }
    }
    report_errors(&results);
    Ok(())
}

fn compared(results: &[Value], comparison: &Comparison) -> Option<String> {
    let Comparison { name, words, most } = comparison;
    let (our_server, our_database) = cost(results, &format!("{name}/sportello"))?;
    let (server, database) = cost(results, &format!("{name}/limit"))?;
    let ratio = (our_server + our_database) / (server + database);
    let held = held(ratio, *most);
    Some(format!("| {words} | {our_server:.1} + {our_database:.1} | {server:.1} + {database:.1} | {held} |"))
}

fn timed(results: &[Value], comparison: &Comparison) -> Option<String> {
    let Comparison { name, words, most } = comparison;
    let ours = median(results, &format!("{name}/sportello"), "p50_us")?;
    let by_hand = median(results, &format!("{name}/limit"), "p50_us")?;
    Some(format!("| {words} | {ours:.0} | {by_hand:.0} | {} |", held(ours / by_hand, *most)))
}

/// The last two cells of a line: the ratio, and what it is held to.
fn held(ratio: f64, most: Option<f64>) -> String {
    let most = most.map_or("reported".to_owned(), |most| format!("{most:.1}{}", verdict(ratio <= most)));
    format!("{ratio:.2} | {most}")
}

/// Server and database CPU of one operation: a request, or a delivery.
pub(crate) fn cost(results: &[Value], name: &str) -> Option<(f64, f64)> {
    match median(results, name, "server_cpu_us_per_request") {
        Some(server) => Some((server, median(results, name, "db_cpu_us_per_request")?)),
        None => Some((median(results, name, "cpu_us_per_message")?, 0.0)),
    }
}

pub(crate) fn median(results: &[Value], name: &str, field: &str) -> Option<f64> {
    let ours = results.iter().filter(|result| result["name"] == name);
    let mut numbers: Vec<f64> = ours.filter_map(|result| result[field].as_f64()).collect();
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    if numbers.len().is_multiple_of(2) {
        Some(f64::midpoint(*numbers.get(middle.checked_sub(1)?)?, *numbers.get(middle)?))
    } else {
        numbers.get(middle).copied()
    }
}

pub(crate) fn verdict(is_met: bool) -> &'static str {
    if is_met { "" } else { ": **missed**" }
}

/// A run with errors measured something else.
pub(crate) fn report_errors(results: &[Value]) {
    for result in results {
        for field in ["errors", "mutation_errors", "missing", "duplicate", "out_of_order", "closed"] {
            if result[field].as_u64().is_some_and(|count| count > 0) {
                println!("\n{}: {field} {}", result["name"], result[field]);
            }
        }
    }
}
