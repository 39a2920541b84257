//! Days are the account's, daylight saving included, and closing times are exact.

use serde_json::{Value as Json, json};
use sportello_tests::{Client, Desk, on_both};

use crate::oracle::{percentile_cont, statistics};

async fn imports(client: &Client, tickets: Vec<Json>) {
    let payload =
        client.does("ticketsImport", "results { userErrors { code } }", json!({ "tickets": tickets })).await;
    let results = payload["results"].as_array().expect("a list");
    assert!(results.iter().all(|result| result["userErrors"] == json!([])), "{payload}");
}

fn old(number: usize, opened_at: &str, closed_at: Option<&str>) -> Json {
    json!({ "externalId": format!("old:{number}"), "title": "old", "contactExternalId": "c", "openedAt": opened_at,
        "closedAt": closed_at, "statusKey": if closed_at.is_some() { "closed" } else { "open" } })
}

fn days(statistics: &Json) -> Vec<(String, i64, i64)> {
    let days = statistics["openedAndClosedByDay"].as_array().expect("a list");
    let number = |number: &Json| number.as_i64().expect("a number");
    let day = |day: &Json| {
        (day["date"].as_str().expect("a text").to_owned(), number(&day["opened"]), number(&day["closed"]))
    };
    days.iter().map(day).collect()
}

on_both!(days_are_cut_at_local_midnight, async |desk: Desk| {
    let owner = &desk.owner;
    // Europe/Rome: 2026-03-29 has 23 hours, 2025-10-26 has 25.
    imports(
        owner,
        vec![
            old(1, "2026-03-28T22:59:59.999Z", None),
            old(2, "2026-03-28T23:00:00Z", Some("2026-03-29T21:59:59.999Z")),
            old(3, "2026-03-29T00:30:00Z", Some("2026-03-29T22:00:00Z")),
            old(4, "2025-10-25T21:59:59Z", None),
            old(5, "2025-10-25T22:00:00Z", Some("2025-10-26T22:59:59Z")),
            old(6, "2025-10-26T00:30:00Z", Some("2025-10-26T23:00:00Z")),
        ],
    )
    .await;
    let march =
        json!({ "period": { "from": "2026-03-28T00:00:00+01:00", "to": "2026-03-31T00:00:00+02:00" } });
    let day = |date: &str, opened, closed| (date.to_owned(), opened, closed);
    for filter in [json!({}), json!({ "title": { "eq": "old" } })] {
        let mut arguments = march.clone();
        arguments["where"] = filter;
        let found = days(&statistics(owner, &arguments).await);
        assert_eq!(found, [day("2026-03-28", 1, 0), day("2026-03-29", 2, 1), day("2026-03-30", 0, 1)]);
    }
    let october =
        json!({ "period": { "from": "2025-10-25T00:00:00+02:00", "to": "2025-10-28T00:00:00+01:00" } });
    let found = days(&statistics(owner, &october).await);
    assert_eq!(found, [day("2025-10-25", 1, 0), day("2025-10-26", 2, 1), day("2025-10-27", 0, 1)]);
    owner.does("accountUpdate", "account { id }", json!({ "timeZone": "UTC" })).await;
    let march = json!({ "period": { "from": "2026-03-28T00:00:00Z", "to": "2026-03-31T00:00:00Z" } });
    let found = days(&statistics(owner, &march).await);
    assert_eq!(found, [day("2026-03-28", 2, 0), day("2026-03-29", 1, 2), day("2026-03-30", 0, 0)]);
});

on_both!(closing_times_are_interpolated, async |desk: Desk| {
    let seconds = [30.0, 7.25, 3_600.0, 86_400.5, 12.0, 41.0, 59.0, 60.0, 61.0, 4_000.0];
    let tickets = seconds.iter().enumerate().map(|(number, seconds)| {
        let opened = chrono::DateTime::from_timestamp_millis(1_772_000_000_000).expect("a moment");
        let closed = opened + chrono::TimeDelta::milliseconds((seconds * 1000.0) as i64);
        old(number, &opened.to_rfc3339(), Some(&closed.to_rfc3339()))
    });
    imports(&desk.owner, tickets.collect()).await;
    let period = json!({ "period": { "from": "2026-02-01T00:00:00Z", "to": "2026-03-15T00:00:00Z" } });
    let answer = statistics(&desk.owner, &period).await;
    let [time] = &answer["closingTimeByCategory"].as_array().expect("a list")[..] else {
        panic!("{answer:#}")
    };
    let mut sorted = seconds;
    sorted.sort_by(f64::total_cmp);
    let mean = seconds.iter().sum::<f64>() / 10.0;
    for (field, expected) in [
        ("meanSeconds", mean),
        ("medianSeconds", percentile_cont(&sorted, 0.5)),
        ("p90Seconds", percentile_cont(&sorted, 0.9)),
    ] {
        let found = time[field].as_f64().expect("a number");
        assert!((found - expected).abs() < 1e-6, "{field}: {found}, not {expected}");
    }
    assert_eq!((&time["category"], &time["closedCount"]), (&Json::Null, &json!(10)));
});
