//! kill -9 in the middle of work: what was acknowledged is there, with its event, and no number is skipped.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]
#![expect(clippy::await_holding_lock, reason = "the tests of this file take turns")]

use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use sportello_tests::{CloudApi, Desk, Process, cloud_api, in_time, on_both, process};

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
    let email = "hooks@sportello.example";
    process::account_create(&desk.database, email);
    let (database, _mailbox) = desk.close().await;
    let provider = CloudApi::open().await;
    let url = provider.url();
    let variables = [
        ("SPORTELLO_WHATSAPP_API_URL", url.as_str()),
        ("SPORTELLO_WHATSAPP_APP_SECRET", CloudApi::APP_SECRET),
        ("SPORTELLO_WHATSAPP_VERIFY_TOKEN", CloudApi::VERIFY_TOKEN),
    ];
    let mut server = Process::serve_with(&database, &variables).await;
    let mut owner = process::signed_in(server.address, email).await;
    let channel =
        json!({ "phoneNumberId": NUMBER, "displayPhoneNumber": "+39 06 1", "accessToken": "token" });
    owner.does("whatsAppChannelConnect", "channel { id }", channel).await;
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
        server = Process::serve_with(&database, &variables).await;
        owner = process::signed_in(server.address, email).await;
        // Meta cannot know whether it was heard, and may tell it again.
        assert_eq!(provider.posts(server.address, &body).await, 200);
    }
    let messages = async |owner: &sportello_tests::Client| {
        let document = "{ chats(first: 100) { totalCount nodes { messages(first: 10) { totalCount nodes { body } } } } }";
        owner.read(document, json!({})).await["chats"].clone()
    };
    let received = async |owner: &sportello_tests::Client| {
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

/// What every customer writes in this round, in one body.
fn told(round: usize) -> Json {
    let message = |customer| {
        let (id, from) = (format!("wamid.{customer}.{round}"), format!("393512{customer:06}"));
        cloud_api::text(&id, &from, &(1_760_000_000 + round).to_string(), &round.to_string())
    };
    let messages: Vec<_> = (0..CUSTOMERS).map(message).collect();
    cloud_api::envelope(NUMBER, json!({ "messages": messages }))
}
