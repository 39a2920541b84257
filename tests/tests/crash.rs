//! kill -9 in the middle of work: what was acknowledged is there, with its event, and no number is skipped.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]
#![expect(clippy::await_holding_lock, reason = "the tests of this file take turns")]

use std::{
    cmp::Ordering,
    sync::{Arc, Mutex},
};

use serde_json::{Value as Json, json};
use sportello_domain::clock::{Clock, SystemClock};
use sportello_tests::{
    Client, CloudApi, Database, Desk, Gate, Process, cloud_api, in_time, on_both, process,
};

const OPENS: usize = 500;

on_both!(what_was_acknowledged_survives, async |desk: Desk| {
    let email = "crash@sportello.example";
    process::account_create(&desk.database, email);
    let first = Process::serve(&desk.database).await;
    let owner = process::signed_in(first.address, email).await;
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let (owner, acknowledged) = (owner.clone(), Arc::clone(&acknowledged));
            tokio::spawn(async move {
                for number in 0..OPENS / 8 {
                    let input = json!({ "title": format!("Ticket {writer}-{number}"), "contactPhone": "+393510000001" });
                    let payload = owner.does("ticketOpen", "ticket { id } event { sequence }", input).await;
                    acknowledged.lock().expect("not poisoned").push(payload);
                }
            })
        })
        .collect();
    let count = || acknowledged.lock().expect("not poisoned").len();
    in_time("half of the opens", async {
        while count() < OPENS / 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    first.kill().await;
    let mut cut = 0;
    for writer in writers {
        cut += usize::from(writer.await.is_err());
    }
    assert!(cut > 0, "the server was killed in the middle");

    let second = Process::serve(&desk.database).await;
    let owner = process::signed_in(second.address, email).await;
    let log = owner.log().await;
    let sequences: Vec<_> = log.iter().map(|event| event["sequence"].as_u64().expect("a number")).collect();
    assert_eq!(sequences, (1..=log.len() as u64).collect::<Vec<_>>(), "no number is skipped");
    for payload in acknowledged.lock().expect("not poisoned").iter() {
        let sequence = payload["event"]["sequence"].as_u64().expect("a number");
        let event = &log[usize::try_from(sequence).expect("small") - 1];
        assert_eq!(event["ticketId"], payload["ticket"]["id"], "its event is there");
        assert_ne!(owner.ticket(&payload["ticket"]["id"]).await, Json::Null, "the ticket is there");
    }
    let opened = log.iter().filter(|event| event["type"] == "TICKET_OPENED").count();
    assert_eq!(owner.tickets(json!({ "first": 1 })).await["totalCount"], opened, "no event without its row");
    assert_eq!(owner.opens("The next one").await["reference"], format!("T-{}", opened + 1));
    second.kill().await;
});

on_both!(the_command_line_makes_accounts, async |desk: Desk| {
    let id = process::account_create(&desk.database, "cli@sportello.example");
    let owner = process::signed_in(desk.stranger.address, "cli@sportello.example").await;
    assert_eq!(owner.read("{ account { id } }", json!({})).await["account"]["id"], id);
    assert_eq!(process::prints(&desk.database, &["schema"]).trim(), desk.sdl().await.trim());
});

const CUSTOMERS: usize = 100;
const NUMBER: &str = "1060";
const ROUNDS: usize = 3;

on_both!(what_whatsapp_was_told_is_stored_survives, async |desk: Desk| {
    let (database, provider, mut server, mut owner) = at_whatsapp(desk).await;
    owner
        .automates(
            "each",
            json!({ "messageReceived": { "match": "ANY" } }),
            json!([{ "openTicket": { "title": "t" } }]),
        )
        .await;
    for round in 0..ROUNDS {
        let body = told(round);
        assert_eq!(provider.posts(server.address, &body).await, 200);
        server.kill().await;
        server = serve(&database, &provider).await;
        owner = owner.at(server.address);
        // Meta cannot know whether it was heard, and may tell it again.
        assert_eq!(provider.posts(server.address, &body).await, 200);
    }
    let messages = async |owner: &Client| {
        let document = "{ chats(first: 100) { totalCount nodes { messages(first: 10) { totalCount nodes { body } } } } }";
        owner.read(document, json!({})).await["chats"].clone()
    };
    let received = async |owner: &Client| {
        let log = owner.log().await;
        let count = |kind: &str| log.iter().filter(|event| event["type"] == kind).count();
        (count("MESSAGE_RECEIVED"), count("TICKET_OPENED"))
    };
    in_time("all of it", async {
        while received(&owner).await < (CUSTOMERS * ROUNDS, CUSTOMERS * ROUNDS) {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    })
    .await;
    assert_eq!(received(&owner).await, (CUSTOMERS * ROUNDS, CUSTOMERS * ROUNDS), "nothing twice");
    let chats = messages(&owner).await;
    assert_eq!(chats["totalCount"], CUSTOMERS, "nothing lost");
    for chat in chats["nodes"].as_array().expect("a list") {
        assert_eq!(cloud_api::said(chat), ["0", "1", "2"]);
    }
    server.kill().await;
});

/// An account with a number at the fake, whose server has a process of its own, and its owner.
async fn at_whatsapp(desk: Desk) -> (Database, CloudApi, Process, Client) {
    let email = desk.owner_email.clone();
    let (database, _) = desk.close().await;
    let provider = CloudApi::open().await;
    let server = serve(&database, &provider).await;
    let owner = process::signed_in(server.address, &email).await;
    owner.connects(NUMBER, "token").await;
    (database, provider, server, owner)
}

/// A server whose WhatsApp is the fake.
async fn serve(database: &Database, provider: &CloudApi) -> Process {
    let variables = [
        ("SPORTELLO_RETRY_BASE_SECONDS", "1"),
        ("SPORTELLO_WHATSAPP_API_URL", &provider.url()),
        ("SPORTELLO_WHATSAPP_APP_SECRET", CloudApi::APP_SECRET),
        ("SPORTELLO_WHATSAPP_VERIFY_TOKEN", CloudApi::VERIFY_TOKEN),
    ];
    Process::serve_with(database, &variables).await
}

/// Now, as WhatsApp tells it.
fn now() -> String {
    (SystemClock.now().0 / 1_000).to_string()
}

/// What every customer writes in this round, in one body.
fn told(round: usize) -> Json {
    let message = |customer| {
        let (id, from) = (format!("wamid.{customer}.{round}"), format!("393512{customer:06}"));
        cloud_api::text(&id, &from, &(1_760_000_000 + round).to_string(), &round.to_string())
    };
    let messages: Vec<_> = (0..CUSTOMERS).map(message).collect();
    cloud_api::envelope(NUMBER, json!({ "messages": messages }))
}

const PHONE: &str = "393510000007";

/// Where a run stands while a step is done and not committed: the step's position, what it is, and what it becomes.
const STANDS: [(usize, &str, &str); 9] = [
    (0, "PENDING", "SUCCEEDED"),
    (1, "PENDING", "SUCCEEDED"),
    (2, "PENDING", "SUCCEEDED"),
    (3, "PENDING", "SUCCEEDED"),
    (4, "PENDING", "SUCCEEDED"),
    (5, "PENDING", "WAITING"),
    (5, "WAITING", "SUCCEEDED"),
    (6, "PENDING", "SUCCEEDED"),
    (7, "PENDING", "SUCCEEDED"),
];

on_both!(a_run_killed_at_every_step_does_each_once, async |desk: Desk| {
    let (database, provider, mut server, mut owner) = at_whatsapp(desk).await;
    let automation = late_order(&owner).await;
    let stopped = stopped_number(&owner, &provider).await;

    let mut gate: Option<Gate> = None;
    for (position, before, after) in STANDS {
        server.kill().await;
        if let Some(passed) = gate.take() {
            passed.goes().await;
        }
        gate = Some(Gate::at_step(&database, position, after).await);
        server = serve(&database, &provider).await;
        owner = owner.at(server.address);
        if (position, before) == (0, "PENDING") {
            let secret = automation["hookSecret"].as_str().expect("a secret");
            let body = json!({ "contact": { "phone": format!("+{PHONE}") } }).to_string();
            assert_eq!(owner.calls(&automation, secret, &body).await.0, 202);
        }
        comes_to(&owner, &automation, position, before).await;
    }
    server.kill().await;
    gate.expect("the last one").goes().await;
    server = serve(&database, &provider).await;
    owner = owner.at(server.address);
    let run = owner.ended(&automation).await;
    assert_eq!(run["status"], "SUCCEEDED", "{run:#}");
    assert_eq!(provider.sends().await.len(), 1, "the number is stopped");

    owner.connects(NUMBER, "a new token").await;
    let sends = provider.sends_count(3).await;
    for step in [4, 6] {
        owner.comes(&run["steps"][step]["message"]["id"], "SENT").await;
    }
    server.kill().await;
    server = serve(&database, &provider).await;
    owner = owner.at(server.address);
    // Goes out behind whatever is still to go out to this customer.
    owner.comes(&owner.writes(&stopped, "the last").await, "SENT").await;
    let told: Vec<_> = sends.iter().map(|(_, _, send)| send["type"].clone()).collect();
    assert_eq!(told, ["text", "template", "text"]);
    assert_eq!(provider.sends().await.len(), 4, "nothing was sent twice");
    each_once(&owner, &run).await;
    server.kill().await;
});

/// An automation of every kind of step.
async fn late_order(owner: &Client) -> Json {
    let viewer = owner.read("{ viewer { user { id } } }", json!({})).await["viewer"]["user"]["id"].clone();
    let template = json!({ "name": "late", "language": "en", "body": "About %%TICKET_REFERENCE%%" });
    let template =
        owner.does("messageTemplateCreate", "template { id }", template).await["template"]["id"].clone();
    let steps = json!([
        { "openTicket": { "title": "Late", "category": "Orders", "priority": "HIGH" } },
        { "addNote": { "body": "Opened as %%TICKET_REFERENCE%%" } },
        { "assignTicket": { "assigneeId": viewer } },
        { "updateTicket": { "priority": "URGENT" } },
        { "sendTemplate": { "templateId": template } },
        { "wait": { "seconds": 1 } },
        { "sendText": { "text": "It is %%TICKET_PRIORITY%%" } },
        { "addNote": { "body": "Told" } },
    ]);
    owner.automates("late", json!({ "apiCall": { "fields": [] } }), steps).await
}

/// Has a customer write and WhatsApp stop the number: what is written from now on waits. The contact's id.
async fn stopped_number(owner: &Client, provider: &CloudApi) -> Json {
    let now = now();
    let message = cloud_api::text("wamid.in", PHONE, &now, "Ciao");
    let envelope = cloud_api::envelope(NUMBER, json!({ "messages": [message] }));
    assert_eq!(provider.posts(owner.address, &envelope).await, 200);
    owner.told("MESSAGE_RECEIVED", 1).await;
    let document = "{ chats { nodes { contact { id } } } }";
    let contact = owner.read(document, json!({})).await["chats"]["nodes"][0]["contact"]["id"].clone();
    provider.refuses(401, 190);
    owner.comes(&owner.writes(&contact, "the first").await, "FAILED").await;
    contact
}

/// Waits until the ledger shows everything before this step as done, and the step as not.
async fn comes_to(owner: &Client, automation: &Json, position: usize, status: &str) {
    in_time("the step", async {
        loop {
            let runs = owner.runs_of(automation).await;
            let steps = runs.first().and_then(|run| run["steps"].as_array().cloned()).unwrap_or_default();
            let expected = |place: usize| match place.cmp(&position) {
                Ordering::Less => "SUCCEEDED",
                Ordering::Equal => status,
                Ordering::Greater => "PENDING",
            };
            let is_done = |(place, step): (usize, &Json)| step["status"] == expected(place);
            if !steps.is_empty() && steps.iter().enumerate().all(is_done) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
}

/// Holds every step of the run to be done, and to be done once.
async fn each_once(owner: &Client, run: &Json) {
    let steps = run["steps"].as_array().expect("a list");
    assert!(steps.iter().all(|step| step["status"] == "SUCCEEDED"), "{run:#}");
    assert_eq!(owner.tickets(json!({})).await["totalCount"], 1);
    let ticket = owner.ticket(&run["ticket"]["id"]).await;
    assert_eq!((&ticket["priority"], &ticket["noteCount"]), (&json!("URGENT"), &json!(2)));
    let log = owner.log().await;
    let count = |kind: &str| log.iter().filter(|event| event["type"] == kind).count();
    let counts = ["TICKET_OPENED", "NOTE_ADDED", "TICKET_UPDATED", "MESSAGE_SENT"].map(count);
    assert_eq!(counts, [1, 2, 2, 4], "two of the messages are not the run's");
    assert_eq!(count("CATEGORY_CREATED"), 1);
}

on_both!(a_send_that_was_under_way_is_heard_of_or_repeated, async |desk: Desk| {
    let (database, provider, mut server, mut owner) = at_whatsapp(desk).await;
    let steps = json!([{ "openTicket": { "title": "Help" } }, { "sendText": { "text": "We help" } }]);
    let trigger = json!({ "messageReceived": { "match": "EXACT", "text": "help" } });
    let automation = owner.automates("help", trigger, steps).await;
    let phones = ["393510000001", "393510000002"];
    let now = now();
    let asks = phones.map(|phone| cloud_api::text(&format!("wamid.of.{phone}"), phone, &now, "Help"));
    for phone in phones {
        provider.hangs(phone);
    }
    let envelope = cloud_api::envelope(NUMBER, json!({ "messages": asks }));
    assert_eq!(provider.posts(server.address, &envelope).await, 200);
    let asked = provider.sends_count(2).await;
    server.kill().await;
    server = serve(&database, &provider).await;
    owner = owner.at(server.address);
    let runs = owner.ended_runs(&automation, 2).await;
    assert!(runs.iter().all(|run| run["status"] == "SUCCEEDED"), "{runs:#?}");

    // Of the first one is heard, of the second nothing.
    let [heard, unheard] = [&asked[0].2, &asked[1].2];
    let ours = |send: &Json| send["biz_opaque_callback_data"].clone();
    let status = json!({ "id": "wamid.heard", "status": "delivered", "timestamp": now,
        "biz_opaque_callback_data": ours(heard) });
    let envelope = cloud_api::envelope(NUMBER, json!({ "statuses": [status] }));
    assert_eq!(provider.posts(server.address, &envelope).await, 200);
    owner.comes(&ours(heard), "DELIVERED").await;
    assert_eq!(owner.message(&ours(unheard)).await["status"], "QUEUED");
    owner.comes(&ours(unheard), "SENT").await;
    let sends = provider.sends().await;
    assert_eq!((sends.len(), &sends[2].2), (3, unheard), "only what may not have arrived is repeated");
    assert_eq!(owner.tickets(json!({})).await["totalCount"], 2);
    server.kill().await;
});
