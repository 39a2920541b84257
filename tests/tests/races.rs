//! Many at once: one wins, or all get their turn.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::{Value as Json, json};
use sportello_tests::{Desk, on_both};

/// How often each code stands among payloads; "" for success.
fn codes(payloads: &[Json]) -> BTreeMap<String, usize> {
    payloads.iter().fold(BTreeMap::new(), |mut counts, payload| {
        let code = payload["userErrors"][0]["code"].as_str().unwrap_or_default();
        *counts.entry(code.to_owned()).or_default() += 1;
        counts
    })
}

/// The whole log has every number once, in order.
async fn assert_gap_free(desk: &Desk) {
    let log = desk.owner.log().await;
    let sequences: Vec<_> = log.iter().map(|event| event["sequence"].as_u64().expect("a number")).collect();
    assert_eq!(sequences, (1..=log.len() as u64).collect::<Vec<_>>());
}

on_both!(of_fifty_writers_with_one_version_one_wins, async |desk: Desk| {
    let owner = &desk.owner;
    let id = owner.opens("Lamp").await["id"].clone();
    let writes = (0..50).map(|number| {
        let input = json!({ "by": { "id": id }, "expectedVersion": 1, "title": format!("Lamp {number}") });
        owner.mutate("ticketUpdate", "ticket { version title }", input)
    });
    let payloads = join_all(writes).await;
    let expected = [(String::new(), 1), ("VERSION_CONFLICT".to_owned(), 49)];
    assert_eq!(codes(&payloads), BTreeMap::from(expected));
    let winner = payloads.iter().find(|payload| payload["userErrors"] == json!([])).expect("one");
    for payload in &payloads {
        assert_eq!(payload["ticket"], winner["ticket"], "losers are shown what is");
    }
    for loser in payloads.iter().filter(|payload| payload["userErrors"] != json!([])) {
        assert_eq!(loser["userErrors"][0]["changes"][0]["after"], winner["ticket"]["title"]);
    }
    assert_gap_free(&desk).await;
});

on_both!(of_fifty_opens_with_one_key_one_opens, async |desk: Desk| {
    let owner = &desk.owner;
    let opens = (0..50).map(|_| {
        let input = json!({ "title": "Once", "contactPhone": "+393510000001", "idempotencyKey": "same" });
        owner.does("ticketOpen", "ticket { id } replayed", input)
    });
    let payloads = join_all(opens).await;
    let ids: BTreeSet<_> = payloads.iter().map(|payload| payload["ticket"]["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(payloads.iter().filter(|payload| payload["replayed"] == false).count(), 1);
    assert_eq!(owner.tickets(json!({})).await["totalCount"], 1);
    assert_gap_free(&desk).await;
});

on_both!(twenty_spellings_of_a_new_category_make_one, async |desk: Desk| {
    let owner = &desk.owner;
    let spellings = ["Late delivery", "LATE DELIVERY", " late  delivery", "late delivery ", "Ｌate Delivery"];
    let opens = (0..20).map(|number| {
        owner.opens_with(json!({ "title": "x", "category": spellings[number % spellings.len()] }))
    });
    let tickets = join_all(opens).await;
    let ids: BTreeSet<_> = tickets.iter().map(|ticket| ticket["category"]["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    let list = owner.read("{ ticketCategories { totalCount nodes { ticketCount } } }", json!({})).await;
    assert_eq!(list["ticketCategories"], json!({ "totalCount": 1, "nodes": [{ "ticketCount": 20 }] }));
    assert_gap_free(&desk).await;
});

on_both!(a_new_phone_makes_one_contact, async |desk: Desk| {
    let opens =
        (0..20).map(|_| desk.owner.opens_with(json!({ "title": "x", "contactPhone": "+393510000077" })));
    let tickets = join_all(opens).await;
    let ids: BTreeSet<_> = tickets.iter().map(|ticket| ticket["contact"]["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    assert_gap_free(&desk).await;
});

on_both!(references_have_no_gaps, async |desk: Desk| {
    let titles: Vec<_> = (0..60).map(|number| format!("Ticket {number}")).collect();
    let tickets = join_all(titles.iter().map(|title| desk.owner.opens(title))).await;
    let references: BTreeSet<_> =
        tickets.iter().map(|ticket| ticket["reference"].as_str().expect("one").to_owned()).collect();
    let expected: BTreeSet<_> = (1..=60).map(|number| format!("T-{number}")).collect();
    assert_eq!(references, expected);
    assert_gap_free(&desk).await;
});

on_both!(two_accounts_count_for_themselves, async |desk: Desk| {
    let neighbour = desk.neighbour().await;
    let both = (0..20).map(|_| async { (desk.owner.opens("ours").await, neighbour.opens("theirs").await) });
    join_all(both).await;
    assert_gap_free(&desk).await;
    let theirs = neighbour.log().await;
    let last = theirs.last().expect("an event");
    assert_eq!(last["sequence"], theirs.len());
    assert_eq!(neighbour.tickets(json!({})).await["totalCount"], 20);
});

on_both!(the_last_owners_cannot_demote_each_other, async |desk: Desk| {
    let second = desk.person("OWNER").await;
    let demote = |by: &sportello_tests::Client, id: &str| {
        let (by, input) = (by.clone(), json!({ "id": id, "role": "ADMIN" }));
        async move { by.attempt("userUpdate", "user { role }", input).await }
    };
    let (_, _) = tokio::join!(demote(&desk.owner, &second.id), demote(&second, &desk.owner.id));
    let document = "{ users { role isActive } }";
    let users = desk.owner.read(document, json!({})).await["users"].clone();
    let owners = users.as_array().expect("a list").iter().filter(|user| user["role"] == "OWNER").count();
    assert!(owners >= 1, "{users}");
});
