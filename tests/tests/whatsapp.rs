//! WhatsApp, both ways, against a fake of its Cloud API.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::{collections::HashSet, net::SocketAddr};

use serde_json::{Value as Json, json};
use sportello_tests::{CHANNEL, Client, CloudApi, Desk, cloud_api, in_time, on_both, post, sign};
use wiremock::ResponseTemplate;

const NUMBER: &str = "1060";

fn address(desk: &Desk) -> SocketAddr {
    desk.owner.address
}

fn now(desk: &Desk) -> String {
    (desk.store().now().0 / 1_000).to_string()
}

/// An envelope for our number.
fn envelope(value: Json) -> Json {
    cloud_api::envelope(NUMBER, value)
}

fn text(desk: &Desk, id: &str, from: &str, body: &str) -> Json {
    cloud_api::text(id, from, &now(desk), body)
}

fn status(id: &str, status: &str, ours: &Json) -> Json {
    json!({ "id": id, "status": status, "timestamp": "1", "recipient_id": "39351", "biz_opaque_callback_data": ours,
        "errors": [{ "code": 131026, "title": "Undeliverable" }] })
}

/// All messages of all chats, each chat's oldest first.
async fn chats(client: &Client) -> Vec<Json> {
    let document = "{ chats(first: 100) { nodes { unreadCount serviceWindow { isOpen } contact { id name phone whatsAppUserId }
        messages(first: 100) { nodes { id direction kind body buttonPayload status template { name } } totalCount } } totalCount } }";
    client.read(document, json!({})).await["chats"]["nodes"].as_array().expect("a list").clone()
}

/// A connected desk whose customer has just written; the contact's id.
async fn conversation(desk: &Desk) -> Json {
    desk.owner.connects(NUMBER, "token").await;
    let value = json!({ "contacts": [{ "profile": { "name": "Bruno" }, "wa_id": "393511111111", "user_id": "IT.1" }],
        "messages": [text(desk, "wamid.in", "393511111111", "Ciao")] });
    assert_eq!(desk.cloud_api.posts(address(desk), &envelope(value)).await, 200);
    desk.owner.told("MESSAGE_RECEIVED", 1).await;
    chats(&desk.owner).await[0]["contact"]["id"].clone()
}

on_both!(only_meta_is_listened_to, async |desk: Desk| {
    let address = address(&desk);
    let get = async |query: &str| {
        let response =
            reqwest::get(format!("http://{address}/hooks/whatsapp?{query}")).await.expect("an answer");
        (response.status().as_u16(), response.text().await.expect("a text"))
    };
    let right = "hub.mode=subscribe&hub.challenge=42&hub.verify_token=the%20verify%20token";
    assert_eq!(get(right).await, (200, "42".to_owned()));
    assert_eq!(get("hub.mode=subscribe&hub.challenge=42&hub.verify_token=x").await.0, 403);
    assert_eq!(get("").await.0, 403);
    assert_eq!(post(address, "{}".to_owned(), None).await, 401);
    assert_eq!(post(address, "{}".to_owned(), Some(&sign("{ }"))).await, 403);
    assert_eq!(post(address, "{}".to_owned(), Some("sha256=00")).await, 403);
    assert_eq!(post(address, "{".to_owned(), Some(&sign("{"))).await, 400);
    for nonsense in ["{}", "[]", "null", "{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":7}]}]}"]
    {
        assert_eq!(post(address, nonsense.to_owned(), Some(&sign(nonsense))).await, 200, "{nonsense}");
    }
    let large = " ".repeat(3 * 1024 * 1024 + 1);
    assert_eq!(post(address, large.clone(), Some(&sign(&large))).await, 413);
});

on_both!(a_number_is_tried_connected_taken_over_and_disconnected, async |desk: Desk| {
    let owner = &desk.owner;
    let bad = json!({ "phoneNumberId": NUMBER, "displayPhoneNumber": "+39 06 1", "accessToken": CloudApi::BAD_TOKEN });
    assert_eq!(owner.is_refused("whatsAppChannelConnect", bad).await, "INVALID accessToken");
    assert_eq!(owner.read("{ whatsAppChannel { id } }", json!({})).await["whatsAppChannel"], Json::Null);
    let channel = owner.connects(NUMBER, "a very secret token").await;
    assert_eq!((&channel["isEnabled"], &channel["problem"]), (&json!(true), &Json::Null));
    let play = json!({ "phone": "+393511111111", "text": "Ciao" });
    let payload = owner.mutate("sandboxMessageReceive", "message { id }", play.clone()).await;
    assert_eq!(payload["userErrors"][0]["code"], "FORBIDDEN");
    let log = owner
        .read(
            "{ changes { events { type ... on SettingsEvent { subjectId changes { field after } } } } }",
            json!({}),
        )
        .await;
    assert!(log.to_string().contains("CHANNEL_CHANGED") && !log.to_string().contains("secret"), "{log}");

    let neighbour = desk.neighbour().await;
    neighbour.connects(NUMBER, "token").await;
    let lost =
        owner.read("{ whatsAppChannel { isEnabled problem } }", json!({})).await["whatsAppChannel"].clone();
    assert_eq!(lost["isEnabled"], false);
    assert!(lost["problem"].is_string(), "{lost}");
    owner.connects("1061", "token").await;
    let gone = owner.does("whatsAppChannelDisconnect", CHANNEL, json!({ "id": channel["id"] })).await;
    assert_eq!(gone["channel"]["isEnabled"], false);
    owner.does("sandboxMessageReceive", "message { id }", play).await;
    let again = json!({ "id": channel["id"] });
    assert_eq!(owner.is_refused("whatsAppChannelDisconnect", again).await, "NOT_FOUND id");
});

on_both!(a_batch_is_worked_on_whole_and_once, async |desk: Desk| {
    let owner = &desk.owner;
    let contact = conversation(&desk).await;
    let mut ours = Vec::new();
    for number in 0..4 {
        ours.push(owner.writes(&contact, &format!("out {number}")).await);
    }
    for id in &ours {
        owner.comes(id, "SENT").await;
    }
    let change = |number: usize| {
        let messages: Vec<Json> = (0..3)
            .map(|index| {
                let from = format!("39351222220{}", number % 3);
                text(&desk, &format!("wamid.{number}.{index}"), &from, &format!("{number}.{index}"))
            })
            .collect();
        let status = status(&format!("wamid.{}", number + 1), "delivered", &ours[number]);
        json!({ "field": "messages", "value": { "metadata": { "phone_number_id": NUMBER },
            "messages": messages, "statuses": [status] } })
    };
    let batch = json!({ "object": "whatsapp_business_account", "entry": [
        { "id": "1", "changes": [change(0), change(1)] },
        { "id": "2", "changes": [change(2), change(3), { "field": "account_update", "value": {} }] },
    ] });
    for _ in 0..3 {
        assert_eq!(desk.cloud_api.posts(address(&desk), &batch).await, 200);
    }
    owner.told("MESSAGE_RECEIVED", 13).await;
    for id in &ours {
        owner.comes(id, "DELIVERED").await;
    }
    assert_eq!(
        desk.cloud_api
            .posts(
                address(&desk),
                &envelope(json!({ "messages": [text(&desk, "wamid.end", "393513333333", "end")] }))
            )
            .await,
        200
    );
    owner.told("MESSAGE_RECEIVED", 14).await;
    let log = owner.log().await;
    let count = |event: &str| log.iter().filter(|one| one["type"] == event).count();
    assert_eq!((count("MESSAGE_RECEIVED"), count("MESSAGE_STATUS_CHANGED")), (14, 8), "replays do nothing");
    let bodies: Vec<_> = chats(owner).await.iter().map(|chat| chat["messages"]["nodes"].clone()).collect();
    let first = bodies.iter().find(|nodes| nodes[0]["body"] == "0.0").expect("the first customer").clone();
    let said: Vec<_> =
        first.as_array().expect("a list").iter().map(|message| message["body"].clone()).collect();
    assert_eq!(said, ["0.0", "0.1", "0.2", "3.0", "3.1", "3.2"]);
});

on_both!(statuses_lead_to_the_same_end_in_every_order, async |desk: Desk| {
    let owner = &desk.owner;
    let contact = conversation(&desk).await;
    let names = ["sent", "delivered", "read", "failed"];
    let mut orders = vec![Vec::<&str>::new()];
    for _ in 0..4 {
        orders = orders
            .iter()
            .flat_map(|order| {
                names.iter().filter(|name| !order.contains(name)).map(|name| [&order[..], &[*name]].concat())
            })
            .collect();
    }
    assert_eq!(orders.len(), 24);
    let mut ids = Vec::new();
    for _ in &orders {
        ids.push(owner.writes(&contact, "x").await);
    }
    let mut statuses = Vec::new();
    for (number, order) in orders.iter().enumerate() {
        statuses.extend(order.iter().map(|name| status(&format!("wamid.x{number}"), name, &ids[number])));
    }
    assert_eq!(desk.cloud_api.posts(address(&desk), &envelope(json!({ "statuses": statuses }))).await, 200);
    for (id, order) in ids.iter().zip(&orders) {
        let message = owner.comes(id, "READ").await;
        let before_delivery = order.iter().position(|name| *name == "failed")
            < order
                .iter()
                .position(|name| *name == "delivered")
                .min(order.iter().position(|name| *name == "read"));
        assert!(before_delivery || message["failure"].is_null(), "{order:?} {message}");
    }
    // A failure alone is the end.
    let id = owner.writes(&contact, "fails").await;
    owner.comes(&id, "SENT").await;
    let failed =
        envelope(json!({ "statuses": [status("wamid.f", "failed", &id), status("wamid.f", "sent", &id)] }));
    desk.cloud_api.posts(address(&desk), &failed).await;
    let failed = owner.comes(&id, "FAILED").await;
    assert_eq!(failed["failure"]["code"], 131_026);
});

on_both!(an_early_status_is_not_lost, async |desk: Desk| {
    let owner = &desk.owner;
    let contact = conversation(&desk).await;
    // It overtakes the answer to the send, and does not carry our name for the message.
    let early =
        envelope(json!({ "statuses": [{ "id": "wamid.1", "status": "delivered", "timestamp": "1" }] }));
    assert_eq!(desk.cloud_api.posts(address(&desk), &early).await, 200);
    let id = owner.writes(&contact, "x").await;
    owner.comes(&id, "DELIVERED").await;
});

on_both!(what_goes_out_is_what_whatsapp_expects, async |desk: Desk| {
    let owner = &desk.owner;
    let contact = conversation(&desk).await;
    let id = owner.writes(&contact, "Eccoci").await;
    owner.comes(&id, "SENT").await;
    let input = json!({ "name": "update", "language": "en_US", "body": "Hi %%CONTACT_NAME%%",
        "buttons": [{ "text": "Thanks", "payload": "THANKS" }] });
    let template =
        owner.does("messageTemplateCreate", "template { id }", input).await["template"]["id"].clone();
    let input = json!({ "contactId": contact, "templateId": template });
    owner.does("messageSend", "message { id }", input).await;
    let sends = desk.cloud_api.sends_count(2).await;
    let (path, token, first) = &sends[0];
    assert_eq!((path.as_str(), token.as_str()), ("/v1/1060/messages", "Bearer token"));
    assert_eq!(
        *first,
        json!({ "messaging_product": "whatsapp", "recipient_type": "individual", "to": "393511111111",
        "type": "text", "text": { "body": "Eccoci", "preview_url": false }, "biz_opaque_callback_data": id })
    );
    assert_eq!(
        sends[1].2["template"],
        json!({ "name": "update", "language": { "code": "en_US" }, "components": [
        { "type": "body", "parameters": [{ "type": "text", "text": "Bruno" }] },
        { "type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{ "type": "payload", "payload": "THANKS" }] },
    ] })
    );
    // Its button comes back with the template.
    let button = json!({ "id": "wamid.b", "from": "393511111111", "timestamp": now(&desk), "type": "button",
        "context": { "id": "wamid.2" }, "button": { "text": "Thanks", "payload": "THANKS" } });
    in_time("the second answer", async {
        while owner.log().await.iter().filter(|one| one["type"] == "MESSAGE_STATUS_CHANGED").count() < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    desk.cloud_api.posts(address(&desk), &envelope(json!({ "messages": [button] }))).await;
    owner.told("MESSAGE_RECEIVED", 2).await;
    let nodes = chats(owner).await[0]["messages"]["nodes"].clone();
    let reply = nodes
        .as_array()
        .expect("a list")
        .iter()
        .find(|one| one["kind"] == "BUTTON_REPLY")
        .expect("it")
        .clone();
    assert_eq!((&reply["buttonPayload"], &reply["template"]["name"]), (&json!("THANKS"), &json!("update")));
});

on_both!(refusals_are_tried_again_or_not_by_their_code, async |desk: Desk| {
    let owner = &desk.owner;
    let contact = conversation(&desk).await;
    // Down, then a pair rate limit, then taken: nothing is lost, and what was written later waits its turn.
    desk.cloud_api.answers(503, &json!("down"));
    desk.cloud_api.refuses(400, 131_056);
    let (first, second) = (owner.writes(&contact, "first").await, owner.writes(&contact, "second").await);
    owner.comes(&first, "SENT").await;
    owner.comes(&second, "SENT").await;
    let bodies: Vec<_> =
        desk.cloud_api.sends().await.iter().map(|(_, _, send)| send["text"]["body"].clone()).collect();
    assert_eq!(bodies, ["first", "first", "first", "second"]);
    for (code, is_retryable) in [(131_026, false), (132_001, false), (131_047, false)] {
        desk.cloud_api.refuses(400, code);
        let id = owner.writes(&contact, "refused").await;
        let failed = owner.comes(&id, "FAILED").await;
        assert_eq!(
            (&failed["failure"]["code"], &failed["failure"]["isRetryable"]),
            (&json!(code), &json!(is_retryable))
        );
    }
    // WhatsApp's word on the window counts.
    let input = json!({ "contactId": contact, "text": "x" });
    assert_eq!(owner.is_refused("messageSend", input).await, "SERVICE_WINDOW_CLOSED text");
    desk.cloud_api
        .posts(
            address(&desk),
            &envelope(json!({ "messages": [text(&desk, "wamid.again", "393511111111", "again")] })),
        )
        .await;
    owner.told("MESSAGE_RECEIVED", 2).await;

    desk.cloud_api.refuses(401, 190);
    let id = owner.writes(&contact, "bad token").await;
    owner.comes(&id, "FAILED").await;
    let channel =
        owner.read("{ whatsAppChannel { isEnabled problem } }", json!({})).await["whatsAppChannel"].clone();
    assert_eq!((&channel["isEnabled"], &channel["problem"]), (&json!(false), &json!("refused 190")));
    let waits = owner.writes(&contact, "waits").await;
    owner.connects(NUMBER, "a new token").await;
    owner.comes(&waits, "SENT").await;
    assert_eq!(desk.cloud_api.sends().await.last().expect("a send").1, "Bearer a new token");
});

on_both!(an_unanswered_send_is_not_blindly_repeated, async |desk: Desk| {
    let owner = &desk.owner;
    let contact = conversation(&desk).await;
    desk.cloud_api.answers(200, &json!("nonsense"));
    let id = owner.writes(&contact, "perhaps").await;
    desk.cloud_api.sends_count(1).await;
    let waiting = owner.falters(&id).await;
    assert_eq!(waiting["status"], "QUEUED");
    assert!(
        waiting["failure"]["message"].as_str().is_some_and(|text| text.contains("may have arrived")),
        "{waiting}"
    );
    let heard = envelope(json!({ "statuses": [status("wamid.heard", "delivered", &id)] }));
    desk.cloud_api.posts(address(&desk), &heard).await;
    owner.comes(&id, "DELIVERED").await;
    assert_eq!(desk.cloud_api.sends().await.len(), 1, "it was heard of: it is not sent again");
});

on_both!(customers_without_a_number_are_customers, async |desk: Desk| {
    let owner = &desk.owner;
    owner.connects(NUMBER, "token").await;
    let value = json!({ "contacts": [{ "profile": { "name": "Carla", "username": "carla" }, "user_id": "IT.77" }],
        "messages": [{ "id": "wamid.c", "from_user_id": "IT.77", "timestamp": now(&desk), "type": "text", "text": { "body": "Ciao" } }] });
    desk.cloud_api.posts(address(&desk), &envelope(value)).await;
    owner.told("MESSAGE_RECEIVED", 1).await;
    let contact = chats(owner).await[0]["contact"].clone();
    assert_eq!(
        (&contact["phone"], &contact["whatsAppUserId"], &contact["name"]),
        (&Json::Null, &json!("IT.77"), &json!("Carla"))
    );
    let id = owner.writes(&contact["id"], "Ciao Carla").await;
    owner.comes(&id, "SENT").await;
    let send = desk.cloud_api.sends().await[0].2.clone();
    assert_eq!((&send["recipient"], &send["to"]), (&json!("IT.77"), &Json::Null));
    // Later she shows her number: it is the same customer.
    let value = json!({ "contacts": [{ "profile": { "name": "Carla" }, "wa_id": "393517777777", "user_id": "IT.77" }],
        "messages": [text(&desk, "wamid.d", "393517777777", "again")] });
    desk.cloud_api.posts(address(&desk), &envelope(value)).await;
    owner.told("MESSAGE_RECEIVED", 2).await;
    let known = chats(owner).await;
    assert_eq!((known.len(), &known[0]["contact"]["phone"]), (1, &json!("+393517777777")));
    let value = json!({ "messages": [{ "id": "wamid.s", "from": "393517777777", "timestamp": now(&desk), "type": "system",
        "system": { "type": "user_changed_number", "wa_id": "393518888888", "body": "changed" } }] });
    desk.cloud_api.posts(address(&desk), &envelope(value)).await;
    in_time("the new number", async {
        while chats(owner).await[0]["contact"]["phone"] != "+393518888888" {
            tokio::task::yield_now().await;
        }
    })
    .await;
});

on_both!(edits_reactions_and_unknown_kinds_do_no_harm, async |desk: Desk| {
    let owner = &desk.owner;
    owner.connects(NUMBER, "token").await;
    let of = |id: &str, kind: &str, part: Json| {
        let mut message = json!({ "id": id, "from": "393511111111", "timestamp": now(&desk), "type": kind });
        message[kind] = part;
        message
    };
    let asides = [
        of("wamid.1", "reaction", json!({ "message_id": "wamid.0", "emoji": "👍" })),
        of(
            "wamid.2",
            "edit",
            json!({ "original_message_id": "wamid.0", "message": { "type": "text", "text": { "body": "better" } } }),
        ),
        of("wamid.3", "revoke", json!({ "original_message_id": "wamid.0" })),
    ];
    desk.cloud_api.posts(address(&desk), &envelope(json!({ "messages": asides }))).await;
    owner.told("MESSAGE_RECEIVED", 3).await;
    assert_eq!(chats(owner).await[0]["serviceWindow"]["isOpen"], false, "they open no window");
    let others = [
        of("wamid.4", "unsupported", json!({})),
        of("wamid.5", "hologram", json!({ "x": 1 })),
        of("wamid.6", "image", json!({ "id": "m1", "mime_type": "image/png", "caption": "Look" })),
        json!({ "id": "wamid.7" }),
        json!(7),
    ];
    desk.cloud_api.posts(address(&desk), &envelope(json!({ "messages": others }))).await;
    owner.told("MESSAGE_RECEIVED", 6).await;
    let chat = chats(owner).await[0].clone();
    assert_eq!(
        (&chat["serviceWindow"]["isOpen"], &chat["messages"]["totalCount"]),
        (&json!(true), &json!(6))
    );
});

const CUSTOMERS: usize = 200;
const EACH: usize = 5;

/// Each customer's messages, the last ones first, as a hundred bodies of ten; some bodies come twice.
fn thousand(begun: i64) -> Vec<Json> {
    let message = |round: usize, customer: usize| {
        let (id, from) = (format!("wamid.{customer}.{round}"), format!("393512{customer:06}"));
        let at = begun + i64::try_from(round).expect("small");
        cloud_api::text(&id, &from, &at.to_string(), &round.to_string())
    };
    let messages: Vec<_> = (0..EACH)
        .rev()
        .flat_map(|round| (0..CUSTOMERS).map(move |customer| message(round, customer)))
        .collect();
    let bodies = messages.chunks(10).map(|messages| envelope(json!({ "messages": messages })));
    bodies.enumerate().flat_map(|(place, body)| vec![body; if place % 10 == 0 { 2 } else { 1 }]).collect()
}

/// Waits longer than for anything else: a thousand messages are a lot of work for a machine that is busy.
async fn soon_enough(what: &str, is_so: impl AsyncFn() -> bool) {
    let waits = async {
        while !is_so().await {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(240), waits).await.expect(what);
}

on_both!(a_thousand_messages_at_once_keep_their_order_and_set_off_once, async |desk: Desk| {
    let owner = &desk.owner;
    owner.connects(NUMBER, "token").await;
    let opening = json!([{ "openTicket": { "title": "%%CONTACT_PHONE%%" } }]);
    let exact = json!({ "messageReceived": { "match": "EXACT", "text": "2" } });
    let exact = owner.automates("the third", exact, opening).await;
    let others = json!({ "messageReceived": { "match": "STARTS_WITH", "text": "3" } });
    let others = owner.automates("the fourth", others, json!([])).await;
    let begun = desk.store().now().0 / 1_000 - 60;
    let posts: Vec<_> = thousand(begun)
        .into_iter()
        .map(|body| {
            let (body, address) = (body.to_string(), address(&desk));
            let signature = sign(&body);
            tokio::spawn(async move { post(address, body, Some(&signature)).await })
        })
        .collect();
    for posted in posts {
        assert_eq!(posted.await.expect("an answer"), 200);
    }
    // What is posted last is worked on last, and so are the runs that it sets off.
    let last = cloud_api::text("wamid.last", "393512000000", &now(&desk), "3, the last");
    desk.cloud_api.posts(address(&desk), &envelope(json!({ "messages": [last] }))).await;
    let expected = (CUSTOMERS as u64, CUSTOMERS as u64 + 1);
    soon_enough("all runs", async || {
        (owner.succeeded(&exact).await, owner.succeeded(&others).await) == expected
    })
    .await;
    for (automation, count) in [(&exact, CUSTOMERS), (&others, CUSTOMERS + 1)] {
        let runs = owner.runs_of(automation).await;
        let events: HashSet<_> = runs.iter().map(|run| run["trigger"]["eventId"].to_string()).collect();
        assert_eq!((runs.len(), events.len()), (count, count), "each message once");
    }
    let tickets = owner.tickets(json!({ "first": 1 })).await;
    assert_eq!(tickets["totalCount"], CUSTOMERS);
    let document =
        "query($after: String) { chats(first: 100, after: $after) { totalCount pageInfo { endCursor }
        nodes { contact { phone } messages(first: 10) { nodes { body } totalCount } } } }";
    let first = owner.read(document, json!({})).await["chats"].clone();
    assert_eq!(first["totalCount"], CUSTOMERS);
    let second =
        owner.read(document, json!({ "after": first["pageInfo"]["endCursor"] })).await["chats"].clone();
    for chat in [first, second].iter().flat_map(|page| page["nodes"].as_array().expect("a list").clone()) {
        let is_first = chat["contact"]["phone"] == "+393512000000";
        let expected =
            if is_first { &["0", "1", "2", "3", "4", "3, the last"][..] } else { &["0", "1", "2", "3", "4"] };
        assert_eq!(cloud_api::said(&chat), expected, "by WhatsApp's own time");
    }
});

on_both!(twenty_sends_with_one_key_are_one_at_whatsapp, async |desk: Desk| {
    let owner = &desk.owner;
    let contact = conversation(&desk).await;
    let input = json!({ "contactId": contact, "text": "Once", "idempotencyKey": "k" });
    let sends: Vec<_> = (0..20)
        .map(|_| {
            let (owner, input) = (owner.clone(), input.clone());
            tokio::spawn(async move { owner.does("messageSend", "message { id }", input).await })
        })
        .collect();
    let mut ids = HashSet::new();
    for send in sends {
        ids.insert(send.await.expect("an answer")["message"]["id"].to_string());
    }
    assert_eq!(ids.len(), 1);
    // What is written later goes out later.
    owner.comes(&owner.writes(&contact, "Twice").await, "SENT").await;
    let sends = desk.cloud_api.sends().await;
    let bodies: Vec<_> = sends.iter().map(|(_, _, send)| &send["text"]["body"]).collect();
    assert_eq!(bodies, ["Once", "Twice"]);
});

on_both!(a_status_overtakes_the_answer_to_the_send, async |desk: Desk| {
    let owner = &desk.owner;
    let contact = conversation(&desk).await;
    let answer = ResponseTemplate::new(200).set_body_json(json!({ "messages": [{ "id": "wamid.late" }] }));
    desk.cloud_api.answers_to("393511111111", answer.set_delay(std::time::Duration::from_secs(1)));
    let id = owner.writes(&contact, "x").await;
    desk.cloud_api.sends_count(1).await;
    let read = envelope(json!({ "statuses": [status("wamid.late", "read", &id)] }));
    assert_eq!(desk.cloud_api.posts(address(&desk), &read).await, 200);
    owner.comes(&id, "READ").await;
    // A server that stops finishes what it has begun: the answer has come.
    let desk = desk.restart().await;
    assert_eq!(desk.owner.message(&id).await, json!({ "status": "READ", "failure": null }));
    let log = desk.owner.log().await;
    let told = log.iter().filter(|event| event["type"] == "MESSAGE_STATUS_CHANGED").count();
    assert_eq!((told, desk.cloud_api.sends().await.len()), (1, 1), "the answer says nothing new");
});

on_both!(files_are_fetched_and_shown_to_who_has_a_link, async |desk: Desk| {
    let owner = &desk.owner;
    owner.connects(NUMBER, "token").await;
    let files = [
        ("picture", "image", "image/png"),
        ("large", "document", "application/pdf"),
        ("gone", "document", "text/html"),
    ];
    let messages = files.map(|(id, kind, mime_type)| {
        let mut message = json!({ "id": format!("wamid.{id}"), "from": "393511111111", "timestamp": now(&desk), "type": kind });
        message[kind] = json!({ "id": format!("media-{id}"), "mime_type": mime_type, "filename": "a b.png", "caption": id });
        message
    });
    desk.cloud_api.posts(address(&desk), &envelope(json!({ "messages": messages }))).await;
    owner.told("MESSAGE_RECEIVED", 3).await;
    let document = "{ chats { nodes { contact { id } messages { nodes { kind body media { mimeType fileName url } } } } } }";
    let chat = owner.read(document, json!({})).await["chats"]["nodes"][0].clone();
    let get = async |url: &str| {
        let url = url.replace("http://127.0.0.1:8000", &format!("http://{}", address(&desk)));
        reqwest::get(url).await.expect("an answer")
    };
    let fetched = async |index: usize| {
        let url = chat["messages"]["nodes"][index]["media"]["url"].as_str().expect("a link").to_owned();
        in_time("the file", async {
            loop {
                let response = get(&url).await;
                if response.status() != 503 {
                    return (url, response);
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        })
        .await
    };
    let (url, response) = fetched(0).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"image/png".parse().expect("a header"))
    );
    assert_eq!(response.bytes().await.expect("bytes").as_ref(), b"the picture");
    assert_eq!(get(&url.replace("until=", "until=1")).await.status(), 403);
    assert_eq!(get(url.split('?').next().expect("a path")).await.status(), 403);
    assert_eq!(fetched(1).await.1.status(), 404, "too large");
    assert_eq!(fetched(2).await.1.status(), 404, "gone");
    owner.does("contactDelete", "contact { id }", json!({ "id": chat["contact"]["id"] })).await;
    assert_eq!(get(&url).await.status(), 404, "erased");
});
