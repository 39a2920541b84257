//! kill -9 between what happens and those who are told of it: nothing is lost, it comes in order, and twice comes only
//! what nobody could know to have arrived.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::{collections::BTreeMap, time::Duration};

use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use sportello_tests::{
    Client, Database, Desk, Kind, Mail, Mailbox, Mood, Process, Receiver, in_time, on_both,
    receiver::{Received, Reply},
    run,
};
use tokio::time::Instant;

/// Longer than any story.
const NEVER: Duration = Duration::from_secs(3_600);
/// How soon a node takes over what another had claimed when it died: the claim's time, and looking for it.
const TAKEN_OVER: Duration = Duration::from_secs(40);

/// An endpoint that is told of tickets.
async fn endpoint(owner: &Client, receiver: &Receiver) -> Json {
    let input = json!({ "url": receiver.url(), "types": ["TICKET_OPENED", "TICKET_UPDATED"] });
    owner.does("webhookEndpointCreate", "endpoint { id }", input).await["endpoint"]["id"].clone()
}

/// A node of the desk at which somebody acts.
async fn node(database: &Database, mailbox: Option<&Mailbox>, owner: &Client) -> (Process, Client) {
    let url = mailbox.map(Mailbox::url).unwrap_or_default();
    let variables = [
        ("SPORTELLO_SMTP_URL", url.as_str()),
        ("SPORTELLO_RETRY_BASE_SECONDS", "1"),
        ("SPORTELLO_WEBHOOK_ALLOW_PRIVATE", "true"),
    ];
    let server = Process::serve_with(database, &variables).await;
    let owner = owner.at(server.address);
    (server, owner)
}

/// Opens a ticket of this title and changes it twice.
async fn three_events(owner: &Client, title: &str) {
    let ticket = owner.opens(title).await;
    for priority in ["HIGH", "URGENT"] {
        owner.updates(&ticket["id"], json!({ "priority": priority })).await;
    }
}

/// Those that tell of the ticket of this title.
fn about<'a>(received: &'a [Received], title: &'a str) -> impl Iterator<Item = &'a Received> {
    received.iter().filter(move |one| one.body["data"]["object"]["title"] == title)
}

/// How often each message about the ticket came, in the order in which they first did.
fn times(received: &[Received], title: &str) -> Vec<(u64, usize)> {
    let mut times: Vec<(&str, u64, usize)> = Vec::new();
    for one in about(received, title) {
        match times.iter_mut().find(|(id, ..)| *id == one.header("webhook-id")) {
            Some((_, sequence, count)) => {
                assert_eq!(*sequence, one.sequence(), "the same id tells the same");
                *count += 1;
            }
            None => times.push((one.header("webhook-id"), one.sequence(), 1)),
        }
    }
    times.into_iter().map(|(_, sequence, count)| (sequence, count)).collect()
}

/// Waits until so many deliveries of the endpoint have succeeded.
async fn succeeded(owner: &Client, endpoint: &Json, count: usize) {
    let document = "query($id: ID!) { node(id: $id) { ... on WebhookEndpoint { \
                    deliveries(first: 100) { nodes { status } } } } }";
    in_time(&format!("{count} deliveries succeed"), async {
        loop {
            let data = owner.read(document, json!({ "id": endpoint })).await;
            let nodes = data["node"]["deliveries"]["nodes"].as_array().expect("a list").clone();
            if nodes.iter().filter(|delivery| delivery["status"] == "SUCCEEDED").count() == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}

/// What a killed server had claimed is free at once: a story of two nodes tells how long that takes by itself.
async fn claims_end(database: &Database) {
    let connection = database.connect().await;
    for claim in [
        "webhook_delivery SET next_attempt_at = 0 WHERE next_attempt_at",
        "notice_queue SET due_at = 0 WHERE due_at",
    ] {
        let free = format!("UPDATE {claim} IS NOT NULL");
        connection.execute_unprepared(&free).await.expect("it is free");
    }
    connection.close().await.expect("closed");
}

on_both!(no_webhook_is_lost, async |desk: Desk| {
    let (owner, receiver) = (desk.owner.clone(), Receiver::open().await);
    let endpoint = endpoint(&owner, &receiver).await;
    let (database, _mailbox) = desk.close().await;

    // Committed, and not planned.
    database.refuses("UPDATE ON follower_position").await;
    let (server, owner) = node(&database, None, &owner).await;
    three_events(&owner, "Answered").await;
    three_events(&owner, "Held").await;
    server.kill().await;
    database.allows().await;
    assert_eq!(receiver.received().len(), 0);

    // Sent, and not answered.
    let holds = |one: &Received| one.body["data"]["object"]["title"] == "Held";
    receiver
        .answers(move |one| if holds(one) { Reply::status(504).after(NEVER) } else { Reply::status(204) });
    let (server, owner) = node(&database, None, &owner).await;
    let both = |received: &[Received]| {
        (about(received, "Answered").count(), about(received, "Held").count()) == (3, 1)
    };
    receiver.until("one all, of the other the first", both).await;
    succeeded(&owner, &endpoint, 3).await;
    server.kill().await;

    // Answered, and not written down.
    database.refuses("UPDATE OF status ON webhook_delivery").await;
    let (server, owner) = node(&database, None, &owner).await;
    three_events(&owner, "Unknown").await;
    receiver.until("the answer", |received| about(received, "Unknown").count() > 0).await;
    server.kill().await;
    database.allows().await;
    claims_end(&database).await;

    receiver.answers(|_| Reply::status(204));
    let (server, owner) = node(&database, None, &owner).await;
    let all = |received: &[Received]| {
        let complete = |title| times(received, title).len() == 3;
        complete("Answered") && complete("Held") && complete("Unknown")
    };
    let received = receiver.until("all of it", all).await;
    succeeded(&owner, &endpoint, 9).await;
    for title in ["Answered", "Held", "Unknown"] {
        let times = times(&received, title);
        assert!(times.is_sorted(), "{title}, in order: {times:?}");
        assert!(times[1..].iter().all(|(_, count)| *count == 1), "{title}, once each: {times:?}");
        let answered = about(&received, title).filter(|one| one.status == 204).count();
        assert_eq!(answered, if title == "Unknown" { 4 } else { 3 }, "{title}: {times:?}");
    }
    server.kill().await;
});

#[test]
fn what_a_killed_node_had_claimed_another_sends() {
    run(Kind::Postgres, async |desk: Desk| {
        let (owner, receiver) = (desk.owner.clone(), Receiver::open().await);
        let endpoint = endpoint(&owner, &receiver).await;
        let (database, _mailbox) = desk.close().await;
        let (first, there) = node(&database, None, &owner).await;
        receiver.answers(|_| Reply::status(504).after(NEVER));
        three_events(&there, "Held").await;
        receiver.receives(1).await;
        let (second, here) = node(&database, None, &owner).await;
        receiver.answers(|_| Reply::status(204));
        first.kill().await;
        let killed = Instant::now();
        three_events(&here, "Another").await;
        receiver.until("another ticket's", |received| about(received, "Another").count() == 3).await;
        assert_eq!(about(&receiver.received(), "Held").count(), 1, "nobody else waits");
        let received = receiver.until("all of it", |received| times(received, "Held").len() == 3).await;
        assert!(killed.elapsed() < TAKEN_OVER, "{:?}", killed.elapsed());
        succeeded(&here, &endpoint, 6).await;
        let counts: Vec<_> = times(&received, "Held").into_iter().map(|(_, count)| count).collect();
        assert_eq!(counts, [2, 1, 1], "only what was not answered is repeated");
        second.kill().await;
    });
}

/// How often each mail came, in the order in which they first did: by subject and Message-ID.
fn mailed(mails: &[Mail]) -> Vec<(String, usize)> {
    let (mut order, mut counts) = (Vec::new(), BTreeMap::<&str, usize>::new());
    for mail in mails {
        let count = counts.entry(mail.header("Message-ID")).or_default();
        *count += 1;
        if *count == 1 {
            order.push(mail);
        }
    }
    let told = |mail: &Mail| (mail.header("Subject").to_owned(), counts[mail.header("Message-ID")]);
    order.into_iter().map(told).collect()
}

on_both!(no_mail_is_lost, async |desk: Desk| {
    let owner = desk.owner.clone();
    let (database, mailbox) = desk.close().await;

    // Committed, and not planned.
    database.refuses("UPDATE ON follower_position").await;
    let (server, owner) = node(&database, Some(&mailbox), &owner).await;
    owner.opens("Number 1").await;
    owner.opens("Number 2").await;
    server.kill().await;
    database.allows().await;
    assert_eq!(mailbox.mails(), []);

    // Given to the server of mails, which has not said that it has it.
    mailbox.becomes(Mood::Silent);
    let (server, owner) = node(&database, Some(&mailbox), &owner).await;
    mailbox.fills(1).await;
    server.kill().await;
    claims_end(&database).await;

    // Taken, and not written down.
    mailbox.becomes(Mood::Open);
    database.refuses("DELETE ON notice").await;
    let (server, owner) = node(&database, Some(&mailbox), &owner).await;
    mailbox.fills(2).await;
    server.kill().await;
    database.allows().await;
    claims_end(&database).await;

    let (server, owner) = node(&database, Some(&mailbox), &owner).await;
    owner.opens("Number 3").await;
    mailbox.mails_with("Number 3", 1).await;
    let told = [("[T-1] Number 1", 3), ("[T-2] Number 2", 1), ("[T-3] Number 3", 1)];
    assert_eq!(mailed(&mailbox.mails()), told.map(|(subject, count)| (subject.to_owned(), count)));
    server.kill().await;
});

#[test]
fn what_a_killed_node_was_mailing_another_mails() {
    run(Kind::Postgres, async |desk: Desk| {
        let owner = desk.owner.clone();
        let (database, mailbox) = desk.close().await;
        mailbox.becomes(Mood::Silent);
        let (first, there) = node(&database, Some(&mailbox), &owner).await;
        there.opens("Number 1").await;
        mailbox.fills(1).await;
        let (second, here) = node(&database, Some(&mailbox), &owner).await;
        mailbox.becomes(Mood::Open);
        first.kill().await;
        let killed = Instant::now();
        here.opens("Number 2").await;
        mailbox.mails_with("Number 2", 1).await;
        assert!(killed.elapsed() < TAKEN_OVER, "{:?}", killed.elapsed());
        let told = [("[T-1] Number 1", 2), ("[T-2] Number 2", 1)];
        assert_eq!(mailed(&mailbox.mails()), told.map(|(subject, count)| (subject.to_owned(), count)));
        second.kill().await;
    });
}
