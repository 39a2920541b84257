//! What statistics have to be: counted in memory, from the tickets that the list shows.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Value as Json, json};
use sportello_tests::Client;

/// Everything that statistics say.
pub(crate) const STATISTICS: &str = "{
    openCount openByCategory { category { id } count percentage } openByStatus { status { id } count }
    openByPriority { priority count } openByAssignee { assignee { id } count }
    closingTimeByCategory { category { id } closedCount meanSeconds medianSeconds p90Seconds }
    openedAndClosedByDay { date opened closed } asOf }";

/// Asks for statistics.
pub(crate) async fn statistics(client: &Client, arguments: &Json) -> Json {
    let document = format!(
        "query($search: String, $where: TicketWhere, $period: Period) \
         {{ ticketStatistics(search: $search, where: $where, period: $period) {STATISTICS} }}"
    );
    client.read(&document, arguments.clone()).await["ticketStatistics"].clone()
}

/// The subscription with the same arguments.
pub(crate) fn live() -> String {
    format!(
        "subscription($search: String, $where: TicketWhere, $period: Period) \
         {{ ticketStatistics(search: $search, where: $where, period: $period) {STATISTICS} }}"
    )
}

/// All tickets that match.
pub(crate) async fn tickets(client: &Client, filter: &Json) -> Vec<Json> {
    let (mut tickets, mut after) = (Vec::new(), Json::Null);
    loop {
        let page = client.tickets(json!({ "where": filter, "first": 100, "after": after })).await;
        tickets.extend(page["nodes"].as_array().expect("a list").iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            return tickets;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// What bounds closing times and days.
pub(crate) struct Period {
    pub(crate) from: DateTime<Utc>,
    pub(crate) to: DateTime<Utc>,
    pub(crate) zone: Tz,
}

impl Period {
    pub(crate) fn arguments(&self, filter: &Json) -> Json {
        json!({ "where": filter, "period": { "from": self.from, "to": self.to } })
    }

    fn date(&self, moment: DateTime<Utc>) -> NaiveDate {
        self.zone.from_utc_datetime(&moment.naive_utc()).date_naive()
    }

    fn holds(&self, moment: &Json) -> Option<DateTime<Utc>> {
        let moment: DateTime<Utc> = moment.as_str()?.parse().expect("a moment");
        (self.from <= moment && moment < self.to).then_some(moment)
    }
}

/// Recounts these tickets.
pub(crate) fn recount(tickets: &[Json], statuses: &Json, period: &Period) -> Json {
    let open: Vec<_> = tickets.iter().filter(|ticket| ticket["macroStatus"] == "IN_PROGRESS").collect();
    let by = |key: &dyn Fn(&Json) -> Json| {
        open.iter().fold(BTreeMap::<String, i64>::new(), |mut counts, ticket| {
            *counts.entry(key(ticket).to_string()).or_default() += 1;
            counts
        })
    };
    let mut statuses_shown = by(&|ticket| ticket["status"]["id"].clone());
    for status in statuses.as_array().expect("a list") {
        if status["macroStatus"] == "IN_PROGRESS" {
            statuses_shown.entry(status["id"].to_string()).or_default();
        }
    }
    let mut priorities = by(&|ticket| ticket["priority"].clone());
    for priority in ["\"LOW\"", "\"MEDIUM\"", "\"HIGH\"", "\"URGENT\""] {
        priorities.entry(priority.to_owned()).or_default();
    }
    json!({
        "open": open.len(),
        "categories": by(&|ticket| ticket["category"]["id"].clone()),
        "statuses": statuses_shown,
        "priorities": priorities,
        "assignees": by(&|ticket| ticket["assignee"]["id"].clone()),
        "times": times(tickets, period),
        "days": days(tickets, period),
    })
}

fn times(tickets: &[Json], period: &Period) -> BTreeMap<String, [String; 4]> {
    let mut times: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for ticket in tickets {
        let Some(closed_at) = period.holds(&ticket["closedAt"]) else { continue };
        let opened_at: DateTime<Utc> =
            ticket["openedAt"].as_str().expect("a text").parse().expect("a moment");
        let seconds = (closed_at - opened_at).num_milliseconds() as f64 / 1000.0;
        times.entry(ticket["category"]["id"].to_string()).or_default().push(seconds);
    }
    let told = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        let numbers = [mean, percentile_cont(&times, 0.5), percentile_cont(&times, 0.9)]
            .map(|number| number.to_string());
        let [mean, median, p90] = numbers;
        [times.len().to_string(), mean, median, p90]
    };
    times.into_iter().map(|(category, times)| (category, told(times))).collect()
}

/// As PostgreSQL's manual says it, the plain way.
pub(crate) fn percentile_cont(sorted: &[f64], fraction: f64) -> f64 {
    let row = 1.0 + fraction * (sorted.len() as f64 - 1.0);
    let (floor, ceiling) = (row.floor(), row.ceil());
    let at = |row: f64| sorted[row as usize - 1];
    if floor == ceiling { at(row) } else { (ceiling - row) * at(floor) + (row - floor) * at(ceiling) }
}

fn days(tickets: &[Json], period: &Period) -> Vec<(String, i64, i64)> {
    let mut days: BTreeMap<NaiveDate, (i64, i64)> = BTreeMap::new();
    if period.from < period.to {
        let last = period.date(period.to - chrono::TimeDelta::milliseconds(1));
        let mut day = period.date(period.from);
        while day <= last {
            days.insert(day, (0, 0));
            day = day + Days::new(1);
        }
    }
    for ticket in tickets {
        if let Some(moment) = period.holds(&ticket["openedAt"]) {
            days.entry(period.date(moment)).or_default().0 += 1;
        }
        if let Some(moment) = period.holds(&ticket["closedAt"]) {
            days.entry(period.date(moment)).or_default().1 += 1;
        }
    }
    days.into_iter().map(|(day, (opened, closed))| (day.to_string(), opened, closed)).collect()
}

/// Holds an answer, as it is [`told`], against a recount.
pub(crate) fn assert_same(mut answer: Json, mut expected: Json, what: &Json) {
    let (times, expected_times) = (answer["times"].take(), expected["times"].take());
    assert_eq!(answer, expected, "{what}");
    let times = times.as_object().expect("an object");
    let expected_times = expected_times.as_object().expect("an object");
    assert!(times.keys().eq(expected_times.keys()), "{what}: {times:?}, not {expected_times:?}");
    for (category, numbers) in times {
        for (found, expected) in numbers
            .as_array()
            .into_iter()
            .flatten()
            .zip(expected_times[category].as_array().into_iter().flatten())
        {
            let number =
                |text: &Json| text.as_str().and_then(|text| text.parse::<f64>().ok()).expect("a number");
            let (found, expected) = (number(found), number(expected));
            assert!((found - expected).abs() < 1e-4, "{what}: {category}: {found}, not {expected}");
        }
    }
}

/// What an answer says, in the same shape; what every answer has to keep is held here.
pub(crate) fn told(statistics: &Json) -> Json {
    let list = |field: &str| statistics[field].as_array().unwrap_or_else(|| panic!("{field}: {statistics}"));
    let by = |field: &str, key: &str| -> BTreeMap<String, i64> {
        let entry = |entry: &Json| {
            let key = if key == "priority" { &entry[key] } else { &entry[key]["id"] };
            (key.to_string(), entry["count"].as_i64().expect("a number"))
        };
        let counts: BTreeMap<_, _> = list(field).iter().map(entry).collect();
        assert_eq!(counts.len(), list(field).len(), "each once: {statistics:#}");
        counts
    };
    let percentages: f64 = list("openByCategory").iter().filter_map(|one| one["percentage"].as_f64()).sum();
    assert!(list("openByCategory").is_empty() || (percentages - 100.0).abs() < 1e-6, "{statistics:#}");
    for (field, count) in
        [("openByCategory", "count"), ("openByAssignee", "count"), ("closingTimeByCategory", "closedCount")]
    {
        let counts: Vec<_> = list(field).iter().map(|entry| entry[count].as_i64()).collect();
        assert!(
            counts.windows(2).all(|pair| pair[0] >= pair[1]) && !counts.contains(&Some(0)),
            "{statistics:#}"
        );
    }
    let urgent: Vec<_> = list("openByPriority").iter().map(|entry| &entry["priority"]).collect();
    assert_eq!(urgent, ["URGENT", "HIGH", "MEDIUM", "LOW"]);
    let times: BTreeMap<String, [String; 4]> = list("closingTimeByCategory")
        .iter()
        .map(|entry| {
            let seconds = |field: &str| entry[field].as_f64().expect("a number").to_string();
            let count = entry["closedCount"].to_string();
            let times = [count, seconds("meanSeconds"), seconds("medianSeconds"), seconds("p90Seconds")];
            (entry["category"]["id"].to_string(), times)
        })
        .collect();
    let day = |day: &Json| json!([day["date"], day["opened"], day["closed"]]);
    json!({
        "open": statistics["openCount"],
        "categories": by("openByCategory", "category"),
        "statuses": by("openByStatus", "status"),
        "priorities": by("openByPriority", "priority"),
        "assignees": by("openByAssignee", "assignee"),
        "times": times,
        "days": list("openedAndClosedByDay").iter().map(day).collect::<Vec<_>>(),
    })
}
