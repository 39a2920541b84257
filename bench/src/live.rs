//! The table of live streams: each row a ratio of two medians, or one median.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::report::{median, report_errors, verdict};

/// One row: what it is in words, and the two things whose ratio it gives, each by name and field.
struct Row {
    words: &'static str,
    of: (&'static str, &'static str),
    to: (&'static str, &'static str),
    bound: Bound,
}

enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

use Bound::{AtLeast, AtMost};

const CPU: &str = "cpu_us_per_message";
const P99: &str = "p99_us";

const fn row(
    words: &'static str,
    of: &'static str,
    to: &'static str,
    field: &'static str,
    bound: Bound,
) -> Row {
    Row { words, of: (of, field), to: (to, field), bound }
}

const ROWS: [Row; 15] = [
    row("a delivered change, 1,000", "one/1000/sportello", "one/1000/limit", CPU, AtMost(1.0)),
    row("a delivered change, 5,000", "one/5000/sportello", "one/5000/limit", CPU, AtMost(1.0)),
    row("a delivered change, 10,000", "one/10000/sportello", "one/10000/limit", CPU, AtMost(1.0)),
    row("in bursts of 10, 1,000", "ten/1000/sportello", "one/1000/limit", CPU, AtMost(0.3)),
    row("in bursts of 10, 5,000", "ten/5000/sportello", "one/5000/limit", CPU, AtMost(0.3)),
    row("in bursts of 10, 10,000", "ten/10000/sportello", "one/10000/limit", CPU, AtMost(0.3)),
    row("p99, 1,000", "one/1000/sportello", "one/1000/limit", P99, AtMost(1.5)),
    row("p99, 5,000", "one/5000/sportello", "one/5000/limit", P99, AtMost(1.5)),
    row("p99, 10,000", "one/10000/sportello", "one/10000/limit", P99, AtMost(1.5)),
    row("50 groups against one", "groups/50", "groups/1", CPU, AtMost(1.3)),
    row("one of 10,000 groups against one of 100", "interest/10000", "interest/100", CPU, AtMost(1.3)),
    row("p99 beside stalled readers", "stalled/some", "stalled/none", P99, AtMost(1.2)),
    row("16 writers against one, requests a second", "writers/16", "writers/1", "rps", AtLeast(2.5)),
    Row {
        words: "two nodes against one, deliveries a CPU second",
        of: ("nodes/1", "cpu_us_per_message"),
        to: ("nodes/2", "both_us_per_message"),
        bound: AtLeast(0.9),
    },
    row("an event to 5 groups, executions", "executions", "one", "an_event", AtMost(5.0)),
];

/// Bytes that an idle subscriber may take.
const MOST_BYTES: f64 = 6.0 * 1024.0;

/// Prints the results as a table.
///
/// # Errors
/// When a line is no result.
pub fn run(results: &str) -> Result<()> {
    let lines = results.lines().filter(|line| line.starts_with('{'));
    let mut results: Vec<Value> =
        lines.map(serde_json::from_str).collect::<Result<_, _>>().context("not the load generator's JSON")?;
    results.iter_mut().for_each(add_both);
    results.push(serde_json::json!({ "name": "one", "an_event": 1 }));
    println!("| what | Sportello | against | ratio | bound |\n| --- | --- | --- | --- | --- |");
    ROWS.iter().filter_map(|row| compared(&results, row)).for_each(|line| println!("{line}"));
    let each = |subscribers: &str| {
        let words = format!("bytes an idle subscriber, {subscribers}");
        let of = |side: &str| median(&results, &format!("one/{subscribers}/{side}"), "bytes_per_idle_sub");
        (words, of("sportello").zip(of("limit")))
    };
    let further = (
        "bytes a further idle subscriber, 1000 to 10000".to_owned(),
        further(&results, "sportello").zip(further(&results, "limit")),
    );
    for (words, bytes) in ["1000", "5000", "10000"].map(each).into_iter().chain([further]) {
        if let Some((ours, by_hand)) = bytes {
            let (ratio, verdict) = (ours / by_hand, verdict(ours <= MOST_BYTES));
            println!("| {words} | {ours:.0} | {by_hand:.0} | {ratio:.2} | {MOST_BYTES:.0} bytes{verdict} |");
        }
    }
    report_errors(&results);
    Ok(())
}

/// Bytes that each further idle subscriber takes: how much a server that has just begun has to spare is left out of it.
fn further(results: &[Value], side: &str) -> Option<f64> {
    let with = |subscribers: u32| median(results, &format!("one/{subscribers}/{side}"), "rss_with_subs_mb");
    Some((with(10_000)? - with(1_000)?) * 1e6 / 9_000.0)
}

/// The node that is watched together with the one that is written to.
fn add_both(result: &mut Value) {
    let seconds = |field: &str| result[field].as_f64().unwrap_or_default();
    let both = seconds("server_cpu_s") + seconds("db_cpu_s");
    if let Some(delivered) = result["delivered"].as_f64() {
        result["both_us_per_message"] = (both * 1e6 / delivered).into();
    }
}

fn compared(results: &[Value], row: &Row) -> Option<String> {
    let (of, to) = (median(results, row.of.0, row.of.1)?, median(results, row.to.0, row.to.1)?);
    let ratio = of / to;
    let (bound, is_met) = match row.bound {
        AtMost(most) => (format!("at most {most}"), ratio <= most),
        AtLeast(least) => (format!("at least {least}"), ratio >= least),
    };
    Some(format!("| {} | {of:.1} | {to:.1} | {ratio:.2} | {bound}{} |", row.words, verdict(is_met)))
}
