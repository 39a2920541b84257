//! After every step of a random history, and while many write, the numbers are those of a recount.

use std::collections::HashMap;

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value as Json, json};
use sportello_domain::statistics as domain;
use sportello_tests::{Client, Desk, on_both};

use crate::oracle::{Period, assert_same, live, recount, statistics, tickets, told};

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.roll(items.len())]
    }
}

const PRIORITIES: [&str; 4] = ["LOW", "MEDIUM", "HIGH", "URGENT"];
const CATEGORIES: [&str; 4] = ["Lamps", "Cups", "Invoices", "Late delivery"];
const ZONES: [&str; 4] = ["Europe/Rome", "Pacific/Auckland", "America/St_Johns", "Asia/Kolkata"];

/// A desk whose history is made up step by step.
struct Story {
    desk: Desk,
    dice: Dice,
    people: Vec<String>,
    zone: usize,
    custom: Option<Json>,
}

impl Story {
    async fn begin(desk: Desk) -> Self {
        let people = vec![desk.owner.id.clone(), desk.person("OPERATOR").await.id];
        Self { desk, dice: Dice(7), people, zone: 0, custom: None }
    }

    fn owner(&self) -> Client {
        self.desk.owner.clone()
    }

    async fn ticket(&mut self) -> Option<Json> {
        let all = tickets(&self.owner(), &json!({})).await;
        (!all.is_empty()).then(|| self.dice.of(&all)["id"].clone())
    }

    async fn status(&mut self) -> Json {
        let all = statuses(&self.owner()).await;
        self.dice.of(all.as_array().expect("a list"))["id"].clone()
    }

    async fn category(&mut self) -> Option<Json> {
        let document = "{ ticketCategories(first: 100) { nodes { id } } }";
        let all = self.owner().read(document, json!({})).await["ticketCategories"]["nodes"].clone();
        let all = all.as_array().expect("a list");
        (!all.is_empty()).then(|| self.dice.of(all)["id"].clone())
    }

    async fn step(&mut self) {
        let owner = self.owner();
        match self.dice.roll(15) {
            0..=2 => self.opens().await,
            3 | 4 => self.imports().await,
            5..=7 => {
                let (Some(id), status) = (self.ticket().await, self.status().await) else { return };
                owner.updates(&id, json!({ "statusId": status })).await;
            }
            8 | 9 => self.updates().await,
            10 => self.deletes_and_restores().await,
            11 => {
                let (Some(from), Some(into)) = (self.category().await, self.category().await) else { return };
                let input = json!({ "fromId": from, "intoId": into });
                owner.mutate("ticketCategoryMerge", "category { id }", input).await;
            }
            12 => self.turns_a_status().await,
            13 => {
                self.zone = self.dice.roll(ZONES.len());
                let input = json!({ "timeZone": ZONES[self.zone] });
                owner.does("accountUpdate", "account { id }", input).await;
            }
            _ => {
                let (first, second) = (self.ticket().await, self.ticket().await);
                let input =
                    json!({ "ids": [first, second], "statusId": self.status().await, "note": "Both." });
                if first.is_some() {
                    owner.does("ticketsUpdate", "results { index }", input).await;
                }
            }
        }
    }

    async fn opens(&mut self) {
        let mut input = json!({ "title": "x", "priority": self.dice.of(&PRIORITIES) });
        if self.dice.roll(3) > 0 {
            input["category"] = json!(self.dice.of(&CATEGORIES));
        }
        if self.dice.roll(2) > 0 {
            input["assigneeId"] = json!(self.dice.of(&self.people));
        }
        input["statusId"] = self.status().await;
        self.owner().opens_with(input).await;
    }

    async fn imports(&mut self) {
        let now = self.desk.store().now().to_utc();
        let number = self.dice.roll(1_000_000);
        let opened = now - TimeDelta::minutes(self.dice.roll(60 * 24 * 40) as i64 + 1);
        let mut ticket = json!({ "externalId": format!("old:{number}"), "title": "old", "contactExternalId": "c",
            "statusKey": "open", "openedAt": opened, "category": self.dice.of(&CATEGORIES) });
        if self.dice.roll(4) > 0 {
            let took = (now - opened).num_seconds() as usize;
            ticket["closedAt"] = json!(opened + TimeDelta::seconds(self.dice.roll(took) as i64));
            ticket["statusKey"] = json!("closed");
        }
        self.owner().does("ticketsImport", "results { index }", json!({ "tickets": [ticket] })).await;
    }

    async fn updates(&mut self) {
        let Some(id) = self.ticket().await else { return };
        let changes = match self.dice.roll(5) {
            0 => json!({ "priority": self.dice.of(&PRIORITIES) }),
            1 => json!({ "categoryId": null }),
            2 => json!({ "category": self.dice.of(&CATEGORIES) }),
            3 => json!({ "assigneeId": self.dice.of(&self.people) }),
            _ => json!({ "assigneeId": null, "title": "another" }),
        };
        self.owner().updates(&id, changes).await;
    }

    async fn deletes_and_restores(&mut self) {
        let Some(id) = self.ticket().await else { return };
        let owner = self.owner();
        owner.does("ticketDelete", "ticket { id }", json!({ "by": { "id": id } })).await;
        let document = "{ deletedTickets(first: 100) { nodes { id } } }";
        let gone = owner.read(document, json!({})).await["deletedTickets"]["nodes"].clone();
        let gone = self.dice.of(gone.as_array().expect("a list"))["id"].clone();
        if self.dice.roll(2) > 0 {
            owner.does("ticketRestore", "ticket { id }", json!({ "by": { "id": gone } })).await;
        }
    }

    /// A status of the account's own comes, closes its tickets, opens them, and goes.
    async fn turns_a_status(&mut self) {
        let owner = self.owner();
        let Some(id) = self.custom.clone() else {
            let input = json!({ "name": "On hold", "macroStatus": "IN_PROGRESS" });
            let made = owner.does("ticketStatusCreate", "status { id }", input).await;
            self.custom = Some(made["status"]["id"].clone());
            return;
        };
        let input = match self.dice.roll(3) {
            0 => json!({ "id": id, "macroStatus": "TERMINATED" }),
            1 => json!({ "id": id, "macroStatus": "IN_PROGRESS" }),
            _ => {
                let input = json!({ "id": id, "moveTicketsToId": owner.status("waiting").await });
                owner.does("ticketStatusDelete", "status { id }", input).await;
                self.custom = None;
                return;
            }
        };
        owner.does("ticketStatusUpdate", "status { id }", input).await;
    }

    /// A period whose ends lie within days, at other places in each step.
    fn period(&mut self) -> Period {
        let now = self.desk.store().now().to_utc();
        let minutes = |minutes: usize| TimeDelta::minutes(minutes as i64);
        let to = now + minutes(self.dice.roll(3_000)) - minutes(self.dice.roll(4_000));
        let from = to - minutes(self.dice.roll(60 * 24 * 35));
        Period { from, to, zone: ZONES[self.zone].parse().expect("a zone") }
    }
}

async fn statuses(client: &Client) -> Json {
    client.read("{ ticketStatuses { id macroStatus } }", json!({})).await["ticketStatuses"].clone()
}

/// Compares query and recount; gives the answer.
async fn compare(client: &Client, filter: &Json, period: &Period) -> Json {
    let answer = statistics(client, &period.arguments(filter)).await;
    let expected = recount(&tickets(client, filter).await, &statuses(client).await, period);
    assert_same(told(&answer), expected, filter);
    answer
}

on_both!(every_step_of_a_history_is_counted, async |desk: Desk| {
    let mut story = Story::begin(desk).await;
    let owner = story.owner();
    let mut socket = owner.socket().await;
    socket.subscribe(&live(), json!({})).await;
    assert_eq!(socket.data().await["ticketStatistics"]["openCount"], 0);
    let mut steps = HashMap::new();
    for number in 0..90 {
        story.step().await;
        let period = story.period();
        compare(&owner, &json!({}), &period).await;
        if number % 3 == 0 {
            compare(&owner, &json!({ "priority": { "gte": "HIGH" } }), &period).await;
            compare(&owner, &json!({ "not": { "assignee": { "isMe": true } } }), &period).await;
        }
        let now = statistics(&owner, &json!({})).await;
        steps.insert(now["asOf"].to_string(), now);
    }
    let wrong = domain::check(story.desk.store()).await.expect("a recount");
    assert_eq!(wrong, [], "the counters are right");
    let last = statistics(&owner, &json!({})).await;
    loop {
        let shown = socket.data().await["ticketStatistics"].clone();
        if let Some(step) = steps.get(&shown["asOf"].to_string()) {
            assert_eq!(&shown, step, "live is what the query says at that place");
        }
        if told(&shown) == told(&last) {
            break;
        }
    }
});

on_both!(fifty_writers_keep_the_counters_right, async |desk: Desk| {
    let owner = &desk.owner;
    let opened = join_all((0..50).map(|number| {
        let priority = PRIORITIES[number % 4];
        owner.opens_with(json!({ "title": "x", "priority": priority, "category": CATEGORIES[number % 4] }))
    }))
    .await;
    let (closed, open) = (owner.status("closed").await, owner.status("waiting").await);
    let zone = async {
        for zone in ZONES {
            owner.does("accountUpdate", "account { id }", json!({ "timeZone": zone })).await;
        }
    };
    let writes = opened.iter().enumerate().map(|(number, ticket)| {
        let (closed, open) = (&closed, &open);
        async move {
            owner.updates(&ticket["id"], json!({ "statusId": closed })).await;
            owner.updates(&ticket["id"], json!({ "category": CATEGORIES[(number + 1) % 4] })).await;
            if number % 2 == 0 {
                owner.updates(&ticket["id"], json!({ "statusId": open, "priority": "LOW" })).await;
            }
            if number % 5 == 0 {
                owner.does("ticketDelete", "ticket { id }", json!({ "by": { "id": ticket["id"] } })).await;
            }
        }
    });
    tokio::join!(join_all(writes), zone);
    let to = desk.store().now().to_utc() + TimeDelta::hours(1);
    let period = Period { from: to - TimeDelta::days(2), to, zone: ZONES[3].parse().expect("a zone") };
    let answer = compare(owner, &json!({}), &period).await;
    assert_eq!(answer["openCount"], 20);
    assert_eq!(domain::check(desk.store()).await.expect("a recount"), []);
});

on_both!(a_live_answer_comes_at_once_and_only_when_it_is_other, async |desk: Desk| {
    let owner = &desk.owner;
    let ticket = owner.opens_with(json!({ "title": "x", "category": "Lamps" })).await;
    let mut socket = owner.socket().await;
    socket.subscribe(&live(), json!({ "where": { "priority": { "eq": "URGENT" } } })).await;
    assert_eq!(socket.data().await["ticketStatistics"]["openCount"], 0);
    owner.updates(&ticket["id"], json!({ "title": "y", "note": "Nothing that counts." })).await;
    owner.updates(&ticket["id"], json!({ "priority": "URGENT" })).await;
    assert_eq!(socket.data().await["ticketStatistics"]["openCount"], 1, "nothing came in between");
    let mut all = owner.socket().await;
    all.subscribe("subscription { ticketStatistics { openByCategory { category { name } } } }", json!({}))
        .await;
    let name = |data: Json| data["ticketStatistics"]["openByCategory"][0]["category"]["name"].clone();
    assert_eq!(name(all.data().await), "Lamps");
    let input = json!({ "id": ticket["category"]["id"], "name": "Lights" });
    owner.does("ticketCategoryUpdate", "category { id }", input).await;
    assert_eq!(name(all.data().await), "Lights");
});

on_both!(what_time_alone_changes_is_told, async |desk: Desk| {
    let owner = &desk.owner;
    owner.opens("x").await;
    let mut socket = owner.socket().await;
    socket.subscribe(&live(), json!({ "where": { "openedAt": { "gt": "-PT4S" } } })).await;
    assert_eq!(socket.data().await["ticketStatistics"]["openCount"], 1);
    assert_eq!(socket.data().await["ticketStatistics"]["openCount"], 0);
});
