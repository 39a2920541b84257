//! What becomes of a message that WhatsApp refuses: the table of its error codes, each driven through the fake.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::time::Duration;

use serde_json::{Value as Json, json};
use sportello_tests::{
    Client, Desk,
    cloud_api::{self, refusal},
    on_both,
};
use tokio::time::Instant;

const NUMBER: &str = "1060";

/// Theirs, and it passes: HTTP status and code.
const PASSING: [(u16, Option<i32>); 11] = [
    (500, Some(1)),
    (503, Some(2)),
    (500, Some(131_000)),
    (500, Some(131_016)),
    (400, Some(131_056)),
    (400, Some(131_057)),
    (408, None),
    (500, None),
    (502, None),
    (503, None),
    (504, None),
];

/// The number sends too much.
const PACE: [(u16, Option<i32>); 4] =
    [(400, Some(4)), (400, Some(80_007)), (400, Some(130_429)), (429, None)];

/// Not soon, another kind of message, or wrong input: the same again would be refused again.
const FINAL: [i32; 26] = [
    131_048,
    131_049,
    131_064,
    130_472,
    131_050,
    131_047,
    131_051,
    131_062,
    132_015,
    132_016,
    100,
    131_008,
    131_009,
    131_021,
    131_026,
    131_052,
    131_053,
    132_000,
    132_001,
    132_005,
    132_007,
    132_008,
    132_012,
    137_000,
    999_999,
    1_000_000_000,
];

/// The account, its token or its number.
const STOPPING: [(u16, Option<i32>); 17] = [
    (401, Some(0)),
    (400, Some(3)),
    (403, Some(10)),
    (401, Some(190)),
    (403, Some(200)),
    (403, Some(210)),
    (400, Some(299)),
    (403, Some(368)),
    (403, Some(130_497)),
    (403, Some(131_005)),
    (403, Some(131_031)),
    (400, Some(131_037)),
    (400, Some(131_042)),
    (500, Some(131_045)),
    (400, Some(190)),
    (401, None),
    (403, None),
];

struct Customer {
    number: String,
    contact: Json,
}

impl Customer {
    /// How often the fake was asked to send something to them.
    async fn sends(&self, desk: &Desk) -> usize {
        desk.cloud_api.sends().await.iter().filter(|(_, _, send)| send["to"] == self.number.as_str()).count()
    }
}

/// Customers of a connected number who have just written.
async fn customers(desk: &Desk, count: usize) -> Vec<Customer> {
    desk.owner.connects(NUMBER, "token").await;
    let numbers: Vec<_> = (0..count).map(|customer| format!("393512{customer:06}")).collect();
    let now = (desk.store().now().0 / 1_000).to_string();
    let messages: Vec<_> = numbers
        .iter()
        .map(|number| cloud_api::text(&format!("wamid.of.{number}"), number, &now, "Ciao"))
        .collect();
    let envelope = cloud_api::envelope(NUMBER, json!({ "messages": messages }));
    assert_eq!(desk.cloud_api.posts(desk.owner.address, &envelope).await, 200);
    desk.owner.told("MESSAGE_RECEIVED", count).await;
    let document = "query($phone: PhoneNumber!) { contact(by: { phone: $phone }) { id } }";
    let mut customers = Vec::new();
    for number in numbers {
        let found = desk.owner.read(document, json!({ "phone": format!("+{number}") })).await;
        customers.push(Customer { number, contact: found["contact"]["id"].clone() });
    }
    customers
}

async fn channel(client: &Client) -> Json {
    client.read("{ whatsAppChannel { isEnabled problem } }", json!({})).await["whatsAppChannel"].clone()
}

on_both!(what_passes_is_tried_again_and_holds_up_nobody_else, async |desk: Desk| {
    let (owner, customers) = (&desk.owner, customers(&desk, PASSING.len() + 1).await);
    let mut ids = Vec::new();
    for ((status, code), customer) in PASSING.into_iter().zip(&customers) {
        let answer = refusal(status, code).insert_header("retry-after", "10");
        desk.cloud_api.answers_to(&customer.number, answer);
        ids.push(owner.writes(&customer.contact, "x").await);
    }
    for ((status, code), id) in PASSING.into_iter().zip(&ids) {
        let waiting = owner.falters(id).await;
        let expected = (json!("QUEUED"), json!(code.unwrap_or(i32::from(status))), json!(true));
        let failure = &waiting["failure"];
        assert_eq!(
            (waiting["status"].clone(), failure["code"].clone(), failure["isRetryable"].clone()),
            expected
        );
    }
    let bystander = owner.writes(&customers[PASSING.len()].contact, "y").await;
    owner.comes(&bystander, "SENT").await;
    for id in &ids {
        assert_eq!(owner.message(id).await["status"], "QUEUED", "it is left in peace for as long as asked");
    }
    for (id, customer) in ids.iter().zip(&customers) {
        assert_eq!(owner.comes(id, "SENT").await["failure"], Json::Null, "what passed is forgotten");
        assert_eq!(customer.sends(&desk).await, 2);
    }
    assert_eq!(channel(owner).await, json!({ "isEnabled": true, "problem": null }));
});

on_both!(what_nobody_explains_is_tried_a_few_times, async |desk: Desk| {
    let (owner, customers) = (&desk.owner, customers(&desk, 2).await);
    for _ in 0..5 {
        desk.cloud_api.answers_to(&customers[0].number, refusal(500, Some(131_000)));
    }
    for _ in 0..2 {
        desk.cloud_api.answers_to(&customers[1].number, refusal(400, Some(131_056)));
    }
    let begun = Instant::now();
    let unexplained = owner.writes(&customers[0].contact, "x").await;
    let too_fast = owner.writes(&customers[1].contact, "y").await;
    let behind = owner.writes(&customers[1].contact, "z").await;
    owner.comes(&too_fast, "SENT").await;
    assert!(begun.elapsed() >= Duration::from_secs(5), "a second, then four");
    owner.comes(&behind, "SENT").await;
    let failed = owner.comes(&unexplained, "FAILED").await;
    assert_eq!(
        (&failed["failure"]["code"], &failed["failure"]["isRetryable"]),
        (&json!(131_000), &json!(true))
    );
    assert_eq!((customers[0].sends(&desk).await, customers[1].sends(&desk).await), (5, 4));
});

on_both!(limits_of_pace_hold_the_whole_number, async |desk: Desk| {
    let (owner, customers) = (&desk.owner, customers(&desk, 2).await);
    for (status, code) in PACE {
        let answer = refusal(status, code).insert_header("retry-after", "2");
        desk.cloud_api.answers_to(&customers[0].number, answer);
        let refused = owner.writes(&customers[0].contact, "x").await;
        let waiting = owner.falters(&refused).await;
        assert_eq!(waiting["failure"]["code"], code.unwrap_or(i32::from(status)));
        let begun = Instant::now();
        let other = owner.writes(&customers[1].contact, "y").await;
        owner.comes(&other, "SENT").await;
        assert!(begun.elapsed() > Duration::from_secs(1), "{code:?}: the number is left in peace");
        owner.comes(&refused, "SENT").await;
    }
    assert_eq!(customers[0].sends(&desk).await, 2 * PACE.len());
    assert_eq!(customers[1].sends(&desk).await, PACE.len());
    assert_eq!(channel(owner).await, json!({ "isEnabled": true, "problem": null }));
});

on_both!(what_is_final_fails_at_once, async |desk: Desk| {
    let (owner, customers) = (&desk.owner, customers(&desk, FINAL.len() + 1).await);
    let mut ids = Vec::new();
    for (code, customer) in FINAL.into_iter().zip(&customers) {
        desk.cloud_api.answers_to(&customer.number, refusal(400, Some(code)));
        ids.push(owner.writes(&customer.contact, "x").await);
    }
    for (code, id) in FINAL.into_iter().zip(&ids) {
        let failed = owner.comes(id, "FAILED").await;
        let expected = json!({ "code": code, "message": format!("refused {code}"), "isRetryable": false });
        assert_eq!(failed["failure"], expected);
    }
    let last = &customers[FINAL.len()];
    owner.comes(&owner.writes(&last.contact, "y").await, "SENT").await;
    for (code, customer) in FINAL.into_iter().zip(&customers) {
        assert_eq!(customer.sends(&desk).await, 1, "{code}: the same is not asked for again");
        let is_open = "query($id: ID!) { chat(contactId: $id) { serviceWindow { isOpen } } }";
        let chat = owner.read(is_open, json!({ "id": customer.contact })).await["chat"].clone();
        assert_eq!(chat["serviceWindow"]["isOpen"], code != 131_047, "{code}");
    }
    assert_eq!(channel(owner).await, json!({ "isEnabled": true, "problem": null }));
});

on_both!(what_is_wrong_with_the_account_stops_the_number, async |desk: Desk| {
    let (owner, customers) = (&desk.owner, customers(&desk, 1).await);
    let customer = &customers[0];
    for (status, code) in STOPPING {
        desk.cloud_api.answers_to(&customer.number, refusal(status, code));
        let refused = owner.writes(&customer.contact, "x").await;
        let failed = owner.comes(&refused, "FAILED").await;
        let problem = code.map_or(format!("HTTP {status}"), |code| format!("refused {code}"));
        let code = code.unwrap_or(i32::from(status));
        let expected = json!({ "code": code, "message": problem, "isRetryable": true });
        assert_eq!(failed["failure"], expected);
        assert_eq!(channel(owner).await, json!({ "isEnabled": false, "problem": problem }));
        let waits = owner.writes(&customer.contact, "waits").await;
        let connected = owner.connects(NUMBER, "token").await;
        assert_eq!((&connected["isEnabled"], &connected["problem"]), (&json!(true), &Json::Null));
        owner.comes(&waits, "SENT").await;
    }
    assert_eq!(customer.sends(&desk).await, 2 * STOPPING.len(), "nothing went out while it was stopped");
    let changes = owner.log().await.iter().filter(|event| event["type"] == "CHANNEL_CHANGED").count();
    assert_eq!(changes, 1 + 2 * STOPPING.len(), "everybody who follows the log is told");
});

/// Whether writing it again may work, of all codes that come by a webhook after the message was taken.
fn told_later() -> Vec<(i32, bool)> {
    let known = |codes: &[(u16, Option<i32>)]| -> Vec<_> {
        codes.iter().filter_map(|(_, code)| Some(((*code)?, true))).collect()
    };
    let mut codes = [known(&PASSING), known(&PACE), known(&STOPPING)].concat();
    codes.extend(FINAL.map(|code| (code, false)));
    codes
}

on_both!(what_fails_on_its_way_says_why, async |desk: Desk| {
    let codes = told_later();
    let (owner, customers) = (&desk.owner, customers(&desk, codes.len()).await);
    let mut ids = Vec::new();
    for customer in &customers {
        ids.push(owner.writes(&customer.contact, "x").await);
    }
    for id in &ids {
        owner.comes(id, "SENT").await;
    }
    let failed = |(number, ((code, _), id)): (usize, (&(i32, bool), &Json))| {
        let error =
            json!({ "code": code, "title": "Failed", "error_data": { "details": format!("why {code}") } });
        json!({ "id": format!("wamid.x{number}"), "status": "failed", "timestamp": "1",
            "biz_opaque_callback_data": id, "errors": [error] })
    };
    let statuses: Vec<_> = codes.iter().zip(&ids).enumerate().map(failed).collect();
    let envelope = cloud_api::envelope(NUMBER, json!({ "statuses": statuses }));
    assert_eq!(desk.cloud_api.posts(owner.address, &envelope).await, 200);
    for ((code, is_retryable), id) in codes.iter().zip(&ids) {
        let expected = json!({ "code": code, "message": format!("why {code}"), "isRetryable": is_retryable });
        assert_eq!(owner.comes(id, "FAILED").await["failure"], expected);
    }
    assert_eq!(desk.cloud_api.sends().await.len(), codes.len(), "it is not sent again by itself");
});

on_both!(who_cannot_be_reached_loses_nothing, async |desk: Desk| {
    let customers = customers(&desk, 1).await;
    // Nobody listens there any more.
    let nowhere =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address");
    let there = desk.cloud_api.url();
    let api_url = |url: &str| Some(url.parse().expect("an address"));
    let desk =
        desk.restart_with(|settings| settings.whatsapp.api_url = api_url(&format!("http://{nowhere}"))).await;
    let id = desk.owner.writes(&customers[0].contact, "x").await;
    let waiting = desk.owner.falters(&id).await;
    assert_eq!((&waiting["status"], &waiting["failure"]["isRetryable"]), (&json!("QUEUED"), &json!(true)));
    assert!(
        waiting["failure"]["message"].as_str().is_some_and(|text| text.contains("not reached")),
        "{waiting}"
    );
    let desk = desk.restart_with(|settings| settings.whatsapp.api_url = api_url(&there)).await;
    desk.owner.comes(&id, "SENT").await;
    assert_eq!(customers[0].sends(&desk).await, 1);
});
