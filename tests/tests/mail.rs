//! Operators hear by e-mail of what happens to tickets: every one of them, once, in order, in their language, until they
//! have heard enough.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::{sync::Arc, time::Duration};

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value as Json, json};
use sportello_domain::clock::ShiftedClock;
use sportello_tests::{
    Client, Database, Desk, Kind, Mail, Mailbox, Mood, PASSWORD, Process, in_time, on_both, process,
};

/// How many events happen while the server of mails is away: 10,000 is what is promised, 400 what a build for tests does
/// in time. A multiple of 200.
fn many() -> usize {
    std::env::var("MAIL_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(400)
}

/// What the server may take more with all of that waiting than with a hundredth: a mail that waits is a row, not memory.
const MOST_KIB: u64 = 32 << 10;

/// Somebody who has accepted the invitation and reads this language.
async fn reader(desk: &Desk, name: &str, locale: &str) -> (Client, String) {
    let email = format!("{name}@bottega.example");
    let input = json!({ "email": email, "name": name, "role": "OPERATOR", "locale": locale });
    let invited = desk.owner.does("userInvite", "user { id } invitationToken", input).await;
    let input = json!({ "invitationToken": invited["invitationToken"], "password": PASSWORD });
    let session = desk.stranger.does("invitationAccept", "accessToken", input).await;
    let id = invited["user"]["id"].as_str().expect("an id");
    (desk.stranger.with_token(session["accessToken"].as_str().expect("a token"), id), email)
}

/// The number that the titles of these stories end with.
fn number(mail: &Mail) -> usize {
    mail.header("Subject").rsplit(' ').next().and_then(|word| word.parse().ok()).expect("a number")
}

/// What this address was told of tickets, in order. An invitation has a queue of its own, and may come after it.
fn told(desk: &Desk, address: &str) -> Vec<Mail> {
    let of_a_ticket = |mail: &Mail| mail.header("Subject").starts_with('[');
    desk.mailbox.mails_to(address).into_iter().filter(of_a_ticket).collect()
}

/// A mail's unsubscribe link.
fn link(mail: &Mail) -> String {
    mail.header("List-Unsubscribe").trim_matches(['<', '>']).to_owned()
}

/// The link at this desk: the tests' public URL is nobody's.
fn at(desk: &Desk, link: &str) -> String {
    let (_, path) = link.split_once("/unsubscribe").expect("a link to /unsubscribe");
    format!("http://{}/unsubscribe{path}", desk.stranger.address)
}

async fn post(url: &str) -> (u16, String) {
    let form = reqwest::Client::new().post(url).body("List-Unsubscribe=One-Click");
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    let response = form.send().await.expect("an answer");
    (response.status().as_u16(), response.text().await.expect("a page"))
}

on_both!(everything_is_told_to_everybody_once, async |desk: Desk| {
    let owner = &desk.owner;
    let (operator, ada) = reader(&desk, "ada", "en").await;
    let (_, eva) = reader(&desk, "eva", "en").await;
    let (idle, gone) = reader(&desk, "ivo", "en").await;
    owner.does("userUpdate", "user { id }", json!({ "id": idle.id, "isActive": false })).await;
    let invited = json!({ "email": "new@bottega.example", "name": "New", "role": "OPERATOR" });
    owner.does("userInvite", "user { id }", invited).await;
    let ticket = operator.opens("Broken lamp").await;
    let id = &ticket["id"];
    owner.updates(id, json!({ "title": "Broken lamps", "priority": "URGENT" })).await;
    let resolved = owner.status("resolved").await;
    owner.updates(id, json!({ "statusId": resolved })).await;
    let by = json!({ "id": id });
    let note = json!({ "by": by, "body": "Sent a new one.\nIt takes a day." });
    let note = operator.does("ticketNoteAdd", "note { id }", note).await;
    let edited = json!({ "id": note["note"]["id"], "body": "Nobody is mailed about this." });
    operator.does("ticketNoteEdit", "note { id }", edited).await;
    owner.does("ticketDelete", "ticket { id }", json!({ "by": by })).await;
    owner.does("ticketRestore", "ticket { id }", json!({ "by": by })).await;
    let import = json!({ "tickets": [{ "externalId": "old", "title": "Of the past", "statusKey": "open",
        "contactPhone": "+393510000009", "openedAt": "2020-01-01T00:00:00Z" }] });
    owner.does("ticketsImport", "__typename", import).await;
    let robot = desk.key(&["TICKETS_WRITE"]).await;
    robot.opens("The last one").await;
    desk.mailbox.mails_with("The last one", 3).await;
    for address in [&desk.owner_email, &ada, &eva] {
        let mails = told(&desk, address);
        let told = [
            "opened this ticket",
            "changed this ticket",
            "changed the status",
            "added a note",
            "deleted this ticket",
            "restored this ticket",
            "robot opened this ticket",
        ];
        assert_eq!(mails.len(), told.len(), "{address}: {mails:#?}");
        for (mail, told) in mails.iter().zip(told) {
            assert!(mail.text.contains(told), "{told}: {}", mail.text);
        }
        assert!(mails[1].text.contains("Title: Broken lamp -> Broken lamps"), "{}", mails[1].text);
        assert!(mails[1].text.contains("Priority: Medium -> Urgent"), "{}", mails[1].text);
        assert!(mails[2].text.contains("Status: Open -> Resolved"), "{}", mails[2].text);
        let (first, second) = (&mails[0], &mails[1]);
        assert_eq!((first.header("Subject"), first.header("To")), ("[T-1] Broken lamp", address.as_str()));
        assert!(!first.header("References").is_empty());
        assert_eq!(first.header("References"), second.header("In-Reply-To"), "one thread");
        assert_ne!(first.header("References"), mails[6].header("References"), "of one ticket");
        assert_ne!(first.header("Message-ID"), second.header("Message-ID"));
    }
    for address in [gone.as_str(), "new@bottega.example"] {
        // The invitation has a queue of its own, and may come after what the others are told.
        desk.mailbox.mail_with(&format!("To: {address}")).await;
        assert_eq!(desk.mailbox.mails_to(address).len(), 1, "{address} is invited, and told nothing");
    }
});

on_both!(a_mail_is_in_its_readers_language_and_escaped, async |desk: Desk| {
    let desk = desk
        .restart_with(|settings| {
            settings.server.app_url = Some("https://desk.example/app/".parse().expect("a URL"));
        })
        .await;
    let (_, ada) = reader(&desk, "ada", "it-IT").await;
    let (_, eva) = reader(&desk, "eva", "es").await;
    let input = json!({ "title": "<b>Fish & chips</b>", "description": "Perché \"no\"?\n.\n<script>", "reference": "A/1#2" });
    desk.owner.opens_with(input).await;
    desk.mailbox.mails_with("[A/1#2]", 3).await;
    let mail = |address: &str| told(&desk, address).pop().expect("a mail").text;
    for (address, told, field) in [
        (desk.owner_email.as_str(), "Aurora opened this ticket", "Priority: Medium"),
        (&ada, "Aurora ha aperto questo ticket", "Priorità: Media"),
        (&eva, "Aurora ha abierto este ticket", "Prioridad: Media"),
    ] {
        let text = mail(address);
        for part in [
            told,
            field,
            "Perché \"no\"?\n.\n<script>",
            "&lt;b&gt;Fish &amp; chips&lt;",
            "&lt;script&gt;",
            "https://desk.example/app/tickets/A%2F1%232",
            "+393510000001",
        ] {
            assert!(text.contains(part), "{part:?}: {text}");
        }
        let (_, html) = text.split_once("<!DOCTYPE html>").expect("a part in HTML");
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
    }
});

on_both!(whoever_has_heard_enough_says_so, async |desk: Desk| {
    let (ada, address) = reader(&desk, "ada", "it").await;
    desk.owner.opens("Number 1").await;
    desk.mailbox.mails_with("Number 1", 2).await;
    let mail = told(&desk, &address).pop().expect("a mail");
    assert_eq!(mail.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let url = at(&desk, &link(&mail));
    let page = reqwest::get(&url).await.expect("a page");
    assert_eq!(page.status(), 200);
    let page = page.text().await.expect("a text");
    assert!(page.contains("lang=\"it\"") && page.contains("<button>"), "{page}");
    let receives = async || {
        let data = ada.read("{ viewer { user { receivesTicketEmails } } }", json!({})).await;
        data["viewer"]["user"]["receivesTicketEmails"].clone()
    };
    assert_eq!(receives().await, true, "looking changes nothing");
    for wrong in ["", "x", &url[url.len() - 20..]] {
        let wrong = at(&desk, &format!("/unsubscribe?token={wrong}"));
        assert_eq!(
            (reqwest::get(&wrong).await.expect("a page").status().as_u16(), post(&wrong).await.0),
            (404, 404)
        );
    }
    assert_eq!(receives().await, true, "nor does a link that is none");
    for _ in 0..2 {
        assert_eq!(post(&url).await.0, 200, "again is as good as once");
    }
    assert_eq!(receives().await, false);
    desk.owner.opens("Number 2").await;
    desk.mailbox.mails_with("Number 2", 1).await;
    ada.does("profileUpdate", "user { id }", json!({ "receivesTicketEmails": true })).await;
    desk.owner.does("profileUpdate", "user { id }", json!({ "receivesTicketEmails": false })).await;
    desk.owner.opens("Number 3").await;
    desk.mailbox.mails_with("Number 3", 1).await;
    let numbers = |address: &str| -> Vec<usize> {
        told(&desk, address).iter().filter(|mail| mail.text.contains("Number")).map(number).collect()
    };
    assert_eq!((numbers(&address), numbers(&desk.owner_email)), (vec![1, 3], vec![1, 2]));
});

on_both!(changes_that_follow_each_other_are_joined, async |desk: Desk| {
    let desk = desk.restart_with(|settings| settings.mail.merge_seconds = 4).await;
    let ticket = desk.owner.opens("Number 1").await;
    for (field, value) in [("priority", "HIGH"), ("category", "Lamps"), ("description", "It is dark.")] {
        desk.owner.updates(&ticket["id"], json!({ field: value })).await;
    }
    desk.owner.opens("Number 2").await;
    desk.mailbox.mails_with("Number 2", 1).await;
    let mails: Vec<Mail> =
        desk.mailbox.mails().into_iter().filter(|mail| mail.text.contains("Number")).collect();
    assert_eq!(mails.iter().map(number).collect::<Vec<_>>(), [1, 2]);
    for part in ["opened this ticket", "Priority: Medium -> High", "Category: none -> Lamps", "It is dark."] {
        assert!(mails[0].text.contains(part), "{part}: {}", mails[0].text);
    }
});

/// A hundred tickets of the past, of which nobody is mailed.
async fn a_hundred(owner: &Client) -> Vec<Json> {
    let ticket = |number: usize| {
        json!({ "externalId": number.to_string(), "title": format!("Ticket {number}"), "statusKey": "open",
            "priority": "LOW", "contactPhone": "+393510000009", "openedAt": "2020-01-01T00:00:00Z" })
    };
    let tickets: Vec<_> = (0..100).map(ticket).collect();
    let brought =
        owner.does("ticketsImport", "results { ticket { id } }", json!({ "tickets": tickets })).await;
    let results = brought["results"].as_array().expect("a list");
    results.iter().map(|result| result["ticket"]["id"].clone()).collect()
}

/// Waits until so many mails are there that this is so of.
async fn there_are(database: &Database, count: usize, so: &str) {
    let connection = database.connect().await;
    let sql = format!("SELECT count(*) AS n FROM notice WHERE {so}");
    let counted = Statement::from_string(connection.get_database_backend(), sql);
    in_time(&format!("{count} mails, {so}"), async {
        loop {
            let row = connection.query_one_raw(counted.clone()).await.expect("an answer").expect("a row");
            if row.try_get::<i64>("", "n").expect("a number") == i64::try_from(count).expect("small") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await;
    connection.close().await.expect("closed");
}

/// The place in the log that a mail tells of, by its Message-ID.
fn sequence(mail: &Mail) -> u64 {
    let id = mail.header("Message-ID").trim_start_matches('<');
    let (_, sequence) = id.split_once('@').expect("an address").0.split_once('.').expect("two parts");
    sequence.parse().expect("a number")
}

on_both!(what_gathers_while_the_server_is_away_comes_in_order, async |desk: Desk| {
    let (_, ada) = reader(&desk, "ada", "en").await;
    desk.mailbox.mail_with(&format!("To: {ada}")).await;
    let (tickets, addresses) = (a_hundred(&desk.owner).await, [ada, desk.owner_email.clone()]);
    // A key does not expire meanwhile.
    let robot = desk.key(&["TICKETS_READ", "TICKETS_WRITE"]).await;
    let (database, _mailbox) = desk.close().await;
    let mailbox = Mailbox::shut();
    let url = mailbox.url();
    let variables = [
        ("SPORTELLO_SMTP_URL", url.as_str()),
        ("SPORTELLO_EMAIL_FROM", "Desk <desk@desk.example>"),
        ("SPORTELLO_RETRY_BASE_SECONDS", "1"),
        ("SPORTELLO_RATE_LIMIT_PER_MINUTE", "0"),
    ];
    let server = Process::serve_with(&database, &variables).await;
    let robot = robot.at(server.address);
    let mut memory = Vec::new();
    for round in 0..many() / 100 {
        let input = json!({ "ids": tickets, "priority": (if round % 2 == 0 { "HIGH" } else { "LOW" }) });
        robot.does("ticketsUpdate", "results { userErrors { code } }", input).await;
        there_are(&database, (round + 1) * 200, "failed_at IS NULL").await;
        memory.push(server.resident_kib());
    }
    let mailbox = mailbox.open();
    for part in 1..=4 {
        mailbox.fills(part * many() / 2).await;
        memory.push(server.resident_kib());
    }
    let log = robot.log().await;
    let updates = log.iter().filter(|event| event["type"] == "TICKET_UPDATED");
    let expected: Vec<_> = updates.map(|event| event["sequence"].as_u64().expect("a number")).collect();
    assert_eq!(expected.len(), many());
    for address in &addresses {
        assert_eq!(mailbox.mails_to(address).iter().map(sequence).collect::<Vec<_>>(), expected, "{address}");
    }
    let more = memory.iter().max().zip(memory.first()).map_or(0, |(most, first)| most - first);
    eprintln!("{} events, {more} KiB more: {memory:?}", many());
    assert!(more <= MOST_KIB, "{more} KiB more: {memory:?}");
    server.kill().await;
});

on_both!(one_who_cannot_be_reached_holds_up_nobody, async |desk: Desk| {
    let (_, ada) = reader(&desk, "ada", "en").await;
    for (name, mood) in
        [("Refused", Mood::Refusing(ada.clone())), ("Left hanging", Mood::Hanging(ada.clone()))]
    {
        desk.mailbox.becomes(mood);
        for number in 1..=3 {
            desk.owner.opens(&format!("{name} {number}")).await;
        }
        desk.mailbox.mails_with(&format!("{name} 3\n"), 1).await;
    }
    let told = told(&desk, &ada);
    assert!(told.is_empty(), "{told:#?}");
});

on_both!(what_was_given_up_is_kept_for_a_month, async |desk: Desk| {
    desk.mailbox.becomes(Mood::Refusing(desk.owner_email.clone()));
    desk.owner.opens("Number 1").await;
    there_are(&desk.database, 1, "failed_at IS NOT NULL").await;
    let clock = Arc::new(ShiftedClock::default());
    clock.turn(29 * 24 * 60 * 60);
    let server = desk.server_by(clock.clone(), |_| ()).await;
    there_are(&desk.database, 1, "failed_at IS NOT NULL").await;
    server.stop().await;
    clock.turn(2 * 24 * 60 * 60);
    let server = desk.server_by(clock, |_| ()).await;
    there_are(&desk.database, 0, "failed_at IS NOT NULL").await;
    server.stop().await;
});

on_both!(a_mail_that_breaks_off_is_sent_again, async |desk: Desk| {
    desk.mailbox.becomes(Mood::Breaking);
    desk.owner.opens("Number 1").await;
    desk.owner.opens("Number 2").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    desk.mailbox.becomes(Mood::Open);
    let mails = desk.mailbox.mails_with("Number", 2).await;
    assert_eq!(mails.iter().map(number).collect::<Vec<_>>(), [1, 2]);
});

on_both!(two_servers_mail_each_once, async |desk: Desk| {
    if desk.database.kind() == Kind::Sqlite {
        return;
    }
    let second = desk.second_server().await;
    let (_, ada) = reader(&desk, "ada", "en").await;
    let other = desk.owner.at(second.address);
    let opens = (1..=40).map(|number| {
        let owner = if number % 2 == 0 { desk.owner.clone() } else { other.clone() };
        async move { owner.opens(&format!("Number {number}")).await }
    });
    futures_util::future::join_all(opens).await;
    desk.owner.opens("The last one").await;
    desk.mailbox.mails_with("The last one", 2).await;
    for address in [&ada, &desk.owner_email] {
        let mut numbers: Vec<_> =
            told(&desk, address).iter().filter(|mail| mail.text.contains("Number")).map(number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=40).collect::<Vec<_>>(), "{address}");
    }
    second.stop().await;
});

on_both!(a_server_that_is_killed_loses_no_mail, async |desk: Desk| {
    let email = "crash@sportello.example";
    process::account_create(&desk.database, email);
    let (database, mailbox) = desk.close().await;
    let url = mailbox.url();
    let variables =
        [("SPORTELLO_SMTP_URL", url.as_str()), ("SPORTELLO_EMAIL_FROM", "Desk <desk@desk.example>")];
    let mut opened = 0;
    for round in 0..3 {
        let server = Process::serve_with(&database, &variables).await;
        let owner = process::signed_in(server.address, email).await;
        for _ in 0..5 {
            opened += 1;
            owner.opens(&format!("Number {opened}")).await;
        }
        tokio::time::sleep(Duration::from_millis(200 * round)).await;
        server.kill().await;
    }
    let last = Process::serve_with(&database, &variables).await;
    mailbox.mails_with(&format!("Number {opened}\n"), 1).await;
    let mut numbers: Vec<_> =
        mailbox.mails_to(email).iter().filter(|mail| mail.text.contains("Number")).map(number).collect();
    let sent = numbers.len();
    numbers.dedup();
    assert_eq!(numbers, (1..=opened).collect::<Vec<_>>(), "in order, none lost");
    assert!(sent <= opened + 3, "at most the one that was under way is repeated: {sent}");
    last.kill().await;
});
