//! Chats, messages and templates in the sandbox: everything but WhatsApp itself.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::sync::Arc;

use serde_json::{Value as Json, json};
use sportello_domain::clock::{Clock, StandingClock};
use sportello_tests::{Client, Desk, in_time, on_both};

const PHONE: &str = "+393511111111";

const MESSAGE: &str = "id direction kind body buttonPayload status failure { code message isRetryable } \
    template { id } ticket { id } author { __typename ... on Contact { id name } ... on User { id } } createdAt";

const STREAM: &str = "subscription($contactId: ID, $after: EventCursor) {
    chatMessages(contactId: $contactId, after: $after) {
        __typename
        ... on MessageEvent { cursor sequence type actor { __typename } message { id body status chat { contact { id } } } }
        ... on StreamCheckpoint { cursor }
        ... on ResyncRequired { reason }
    } }";

/// The customer says something; the message comes back.
async fn says(client: &Client, input: Json) -> Json {
    let mut input = input;
    if input["phone"].is_null() {
        input["phone"] = PHONE.into();
    }
    let selection = format!("message {{ {MESSAGE} chat {{ id contact {{ id name phone }} }} }} replayed");
    client.does("sandboxMessageReceive", &selection, input).await["message"].clone()
}

/// The contact of a customer who has just said "Ciao".
async fn customer(client: &Client) -> Json {
    says(client, json!({ "text": "Ciao", "name": "Bruno Bianchi" })).await["chat"]["contact"]["id"].clone()
}

async fn writes(client: &Client, input: Json) -> Json {
    client.does("messageSend", &format!("message {{ {MESSAGE} }}"), input).await["message"].clone()
}

async fn chat(client: &Client, contact: &Json) -> Json {
    let document = format!(
        "query($id: ID!) {{ chat(contactId: $id) {{ id unreadCount lastMessageAt serviceWindow {{ isOpen closesAt }}
         messages(first: 100) {{ nodes {{ {MESSAGE} }} totalCount eventCursor }} }} }}"
    );
    client.read(&document, json!({ "id": contact })).await["chat"].clone()
}

async fn template(client: &Client, name: &str, body: &str) -> Json {
    let input = json!({ "name": name, "language": "it", "body": body });
    client.does("messageTemplateCreate", "template { id version placeholders }", input).await["template"]
        .clone()
}

/// Waits until the message has come this far.
async fn comes(client: &Client, message: &Json, status: &str) {
    let document = "query($id: ID!) { node(id: $id) { ... on Message { status } } }";
    in_time(status, async {
        while client.read(document, json!({ "id": message["id"] })).await["node"]["status"] != status {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

on_both!(tickets_are_found_by_what_was_said_in_the_chat, async |desk: Desk| {
    let owner = &desk.owner;
    let contact =
        says(owner, json!({ "text": "The Zephyr is out of ORDER" })).await["chat"]["contact"]["id"].clone();
    owner.opens_with(json!({ "title": "Lamp", "contactId": contact })).await;
    owner.opens("Another customer's").await;
    writes(owner, json!({ "contactId": contact, "text": "Perché? A technician comes" })).await;
    for search in ["zephyr", "\"out of order\"", "zeph*", "perche technician", "lamp zephyr"] {
        let found =
            owner.tickets_showing("title", json!({ "search": search })).await.data()["tickets"].clone();
        assert_eq!(found["nodes"], json!([{ "title": "Lamp" }]), "{search}");
    }
    let reader = desk.key(&["TICKETS_READ"]).await;
    let found =
        reader.tickets_showing("title", json!({ "search": "zephyr" })).await.data()["tickets"].clone();
    assert_eq!(found["nodes"], json!([]), "who may not read messages does not find by them");
});

on_both!(a_customer_writes_and_is_answered, async |desk: Desk| {
    let owner = &desk.owner;
    let received = says(owner, json!({ "text": " Ciao! ", "name": " Bruno\u{7}  Bianchi " })).await;
    assert_eq!((&received["body"], &received["status"]), (&json!("Ciao!"), &json!("RECEIVED")));
    assert_eq!(received["author"]["__typename"], "Contact");
    let contact = &received["chat"]["contact"];
    assert_eq!((&contact["name"], &contact["phone"]), (&json!("Bruno Bianchi"), &json!(PHONE)));
    let state = chat(owner, &contact["id"]).await;
    assert_eq!((&state["unreadCount"], &state["serviceWindow"]["isOpen"]), (&json!(1), &json!(true)));

    let ticket = owner.opens_with(json!({ "title": "Lamp", "contactId": contact["id"] })).await;
    let mut inbox = owner.socket().await;
    inbox.subscribe(STREAM, json!({ "contactId": contact["id"] })).await;
    assert_eq!(inbox.data().await["chatMessages"]["__typename"], "StreamCheckpoint");
    let input = json!({ "contactId": contact["id"], "text": "%%CONTACT_NAME%%?", "ticketId": ticket["id"] });
    let sent = writes(owner, input).await;
    assert_eq!((&sent["status"], &sent["author"]["id"]), (&json!("QUEUED"), &json!(owner.id)));
    assert_eq!(
        (&sent["body"], &sent["ticket"]["id"]),
        (&json!("%%CONTACT_NAME%%?"), &ticket["id"]),
        "as it is"
    );
    for (event, status) in [
        ("MESSAGE_SENT", "QUEUED"),
        ("MESSAGE_STATUS_CHANGED", "SENT"),
        ("MESSAGE_STATUS_CHANGED", "DELIVERED"),
    ] {
        let item = inbox.data().await["chatMessages"].clone();
        assert_eq!((&item["type"], &item["message"]["status"]), (&json!(event), &json!(status)));
        assert_eq!(item["message"]["id"], sent["id"]);
    }
    let answered = "query($id: ID!) { ticket(by: { id: $id }) { version firstResponseAt } }";
    let answered = owner.read(answered, json!({ "id": ticket["id"] })).await["ticket"].clone();
    assert_eq!((&answered["version"], &answered["firstResponseAt"]), (&json!(1), &sent["createdAt"]));

    let before = owner.log().await.len();
    let read = json!({ "contactId": contact["id"] });
    let read = owner.does("chatMarkRead", "chat { unreadCount }", read).await;
    assert_eq!(read["chat"]["unreadCount"], 0);
    assert_eq!(owner.log().await.len(), before, "read marks are not in the log");
});

const DAY: i64 = 24 * 60 * 60;

/// What is written to a customer as it is comes through; else it is refused with when the window closed.
async fn is_taken(client: &Client, contact: &Json) -> Result<(), Json> {
    let document = "mutation($input: MessageSendInput!) { messageSend(input: $input) { message { status }
        userErrors { __typename code path ... on ServiceWindowError { closedAt } } } }";
    let input = json!({ "input": { "contactId": contact, "text": "Eccoci" } });
    let payload = client.read(document, input).await["messageSend"].clone();
    if payload == json!({ "message": { "status": "QUEUED" }, "userErrors": [] }) {
        return Ok(());
    }
    let error = payload["userErrors"][0].clone();
    let expected = json!({ "__typename": "ServiceWindowError", "code": "SERVICE_WINDOW_CLOSED", "path": ["text"],
        "closedAt": error["closedAt"] });
    assert_eq!(payload, json!({ "message": null, "userErrors": [expected] }));
    Err(error["closedAt"].clone())
}

on_both!(the_service_window_is_a_day_to_the_second, async |desk: Desk| {
    let clock = Arc::new(StandingClock::at(desk.store().now()));
    let server = desk.server_by(clock.clone(), |_| ()).await;
    let owner = &desk.owner.at(server.address);
    let template = template(owner, "hello", "Ciao!").await["id"].clone();
    let mut contacts = Vec::new();
    for (phone, age, is_open) in [
        ("+393511111112", DAY - 1, true),
        ("+393511111113", DAY, false),
        ("+393511111114", DAY + 1, false),
        ("+393511111115", 9 * DAY, false),
    ] {
        let wrote = clock.now().plus_seconds(-age);
        let said = says(owner, json!({ "phone": phone, "text": "Ciao", "sentAt": wrote.to_rfc3339() })).await;
        assert_eq!(said["createdAt"], wrote.to_rfc3339());
        let contact = said["chat"]["contact"]["id"].clone();
        let closes_at = json!(wrote.plus_seconds(DAY).to_rfc3339());
        let window = chat(owner, &contact).await["serviceWindow"].clone();
        assert_eq!(window, json!({ "isOpen": is_open, "closesAt": closes_at }), "{age}");
        let expected = if is_open { Ok(()) } else { Err(closes_at) };
        assert_eq!(is_taken(owner, &contact).await, expected, "{age}");
        writes(owner, json!({ "contactId": contact, "templateId": template })).await;
        contacts.push(contact);
    }
    // The window of the first closes with the next second, and opens again when the customer writes.
    let first = &contacts[0];
    clock.turn(999);
    assert_eq!(is_taken(owner, first).await, Ok(()));
    clock.turn(1);
    let closed = chat(owner, first).await["serviceWindow"].clone();
    assert_eq!(closed, json!({ "isOpen": false, "closesAt": clock.now().to_rfc3339() }));
    assert_eq!(is_taken(owner, first).await, Err(closed["closesAt"].clone()));
    says(owner, json!({ "phone": "+393511111112", "text": "again" })).await;
    assert_eq!(is_taken(owner, first).await, Ok(()));
    server.stop().await;
});

on_both!(late_messages_leave_the_service_window_alone, async |desk: Desk| {
    let owner = &desk.owner;
    let at = |seconds: i64| desk.store().now().plus_seconds(seconds).to_rfc3339();
    // A late message does not move the window back; who never wrote has none.
    let contact = customer(owner).await;
    let open = chat(owner, &contact).await["serviceWindow"].clone();
    says(owner, json!({ "text": "late", "sentAt": at(-2 * DAY) })).await;
    assert_eq!(chat(owner, &contact).await["serviceWindow"], open);
    let future = json!({ "phone": PHONE, "text": "x", "sentAt": at(3_600) });
    assert_eq!(owner.is_refused("sandboxMessageReceive", future).await, "OUT_OF_RANGE sentAt");
    let input = json!({ "name": "Carla", "phone": "+393511111119" });
    let silent = owner.does("contactCreate", "contact { id }", input).await["contact"]["id"].clone();
    let refused = owner.is_refused("messageSend", json!({ "contactId": silent, "text": "x" })).await;
    assert_eq!(refused, "SERVICE_WINDOW_CLOSED text");
});

on_both!(the_same_key_sends_once, async |desk: Desk| {
    let owner = desk.owner.clone();
    let contact = customer(&owner).await;
    let input = json!({ "contactId": contact, "text": "Once", "idempotencyKey": "k" });
    let sends: Vec<_> = (0..20)
        .map(|_| {
            let (owner, input) = (owner.clone(), input.clone());
            tokio::spawn(async move { owner.does("messageSend", "message { id } replayed", input).await })
        })
        .collect();
    let mut payloads = Vec::new();
    for send in sends {
        payloads.push(send.await.expect("an answer"));
    }
    assert!(payloads.iter().all(|payload| payload["message"]["id"] == payloads[0]["message"]["id"]));
    assert_eq!(payloads.iter().filter(|payload| payload["replayed"] == false).count(), 1);
    assert_eq!(chat(&owner, &contact).await["messages"]["totalCount"], 2);
    let other = json!({ "contactId": contact, "text": "Twice", "idempotencyKey": "k" });
    assert_eq!(owner.is_refused("messageSend", other).await, "IDEMPOTENCY_KEY_REUSED idempotencyKey");
    let play = json!({ "phone": PHONE, "text": "again", "idempotencyKey": "p" });
    let first = owner.does("sandboxMessageReceive", "message { id } replayed", play.clone()).await;
    let again = owner.does("sandboxMessageReceive", "message { id } replayed", play).await;
    assert_eq!((&again["message"], &again["replayed"]), (&first["message"], &json!(true)));
});

on_both!(templates_are_filled_in_once, async |desk: Desk| {
    let owner = &desk.owner;
    owner.does("dynamicFieldCreate", "field { code }", json!({ "code": "CITY", "label": "City" })).await;
    let body = "%%CONTACT_FIRST_NAME%% (%%CITY%%): %%TICKET_REFERENCE%% %%TICKET_STATUS%% %%ACCOUNT_NAME%%";
    let template = template(owner, "update", body).await;
    let codes =
        ["CONTACT_FIRST_NAME", "CITY", "TICKET_REFERENCE", "TICKET_STATUS", "ACCOUNT_NAME"].map(Json::from);
    assert_eq!(template["placeholders"], Json::from(codes.to_vec()));
    let contact = customer(owner).await;
    let ticket = owner.opens_with(json!({ "title": "Lamp", "contactId": contact })).await["id"].clone();

    let mut input = json!({ "contactId": contact, "templateId": template["id"] });
    let payload = owner.mutate("messageSend", "message { id }", input.clone()).await;
    let missing: Vec<_> = payload["userErrors"].as_array().expect("a list").clone();
    assert!(missing.iter().all(|error| error["code"] == "MISSING_DYNAMIC_FIELD"), "{missing:?}");
    for code in ["CITY", "TICKET_REFERENCE", "TICKET_STATUS"] {
        assert!(
            missing.iter().any(|error| error["message"].as_str().is_some_and(|text| text.contains(code))),
            "{code}"
        );
    }
    assert_eq!((missing.len(), &payload["message"]), (3, &Json::Null));
    assert_eq!(chat(owner, &contact).await["messages"]["totalCount"], 1, "nothing was sent");

    input["ticketId"] = ticket.clone();
    input["fields"] = json!([{ "code": "CITY", "value": "Reggio\n %%ACCOUNT_NAME%%" }]);
    let sent = writes(owner, input.clone()).await;
    assert_eq!(sent["body"], "Bruno (Reggio %%ACCOUNT_NAME%%): T-1 Open Bottega Aurora");
    assert_eq!((&sent["kind"], &sent["template"]["id"]), (&json!("TEMPLATE"), &template["id"]));
    comes(owner, &sent, "DELIVERED").await;

    let reserved = json!({ "contactId": contact, "templateId": template["id"],
        "fields": [{ "code": "CONTACT_NAME", "value": "x" }] });
    assert_eq!(owner.is_refused("messageSend", reserved).await, "RESERVED_DYNAMIC_FIELD fields.0.code");
    let archived = json!({ "id": template["id"], "isArchived": true });
    owner.does("messageTemplateUpdate", "template { isArchived }", archived).await;
    assert_eq!(owner.is_refused("messageSend", input).await, "INVALID templateId");
    let listed = owner
        .read(
            "{ messageTemplates { id } all: messageTemplates(includeArchived: true) { id version } }",
            json!({}),
        )
        .await;
    assert_eq!(listed, json!({ "messageTemplates": [], "all": [{ "id": template["id"], "version": 2 }] }));
});

on_both!(templates_are_checked_when_saved, async |desk: Desk| {
    let owner = &desk.owner;
    let create = async |input: Json| owner.is_refused("messageTemplateCreate", input).await;
    let base = json!({ "name": "hello", "language": "en_US", "body": "Hi %%CONTACT_NAME%%" });
    let with = |field: &str, value: Json| {
        let mut input = base.clone();
        input[field] = value;
        input
    };
    assert_eq!(create(with("body", json!("Hi %%TOWN%%"))).await, "UNKNOWN_DYNAMIC_FIELD body");
    assert_eq!(create(with("body", json!("x".repeat(1_025)))).await, "TOO_LONG body");
    assert_eq!(create(with("name", json!("x".repeat(513)))).await, "TOO_LONG name");
    assert_eq!(create(with("language", json!("english"))).await, "INVALID language");
    let button = json!([{ "text": "Yes", "payload": "YES" }, { "text": "", "payload": "NO" }]);
    assert_eq!(create(with("buttons", button)).await, "REQUIRED buttons.1.text");
    let made = with("buttons", json!([{ "text": "Yes", "payload": "YES" }]));
    let made =
        owner.does("messageTemplateCreate", "template { id language buttons { text payload } }", made).await;
    assert_eq!(made["template"]["language"], "en-US");
    assert_eq!(create(base.clone()).await, "TAKEN name");

    let id = &made["template"]["id"];
    let update = json!({ "id": id, "expectedVersion": 1, "body": "Hello" });
    owner.does("messageTemplateUpdate", "template { version }", update.clone()).await;
    let stale = json!({ "id": id, "expectedVersion": 1, "body": "Hey" });
    let payload = owner.mutate("messageTemplateUpdate", "template { body version }", stale).await;
    assert_eq!(payload["template"], json!({ "body": "Hello", "version": 2 }));
    assert_eq!(payload["userErrors"][0]["changes"][0]["field"], "body");
    let same = json!({ "id": id, "expectedVersion": 2, "body": "Hello" });
    let same = owner.does("messageTemplateUpdate", "template { version }", same).await;
    assert_eq!(same["template"]["version"], 2, "a change that changes nothing writes nothing");
    let unknown = json!({ "id": id, "body": "%%X%% %%Y%%" });
    let payload = owner.mutate("messageTemplateUpdate", "template { id }", unknown).await;
    assert_eq!(payload["userErrors"].as_array().map(Vec::len), Some(2));
    let changed = owner.log().await.iter().filter(|event| event["type"] == "TEMPLATE_CHANGED").count();
    assert_eq!(changed, 2);
});

on_both!(what_cannot_be_sent_is_refused_with_its_place, async |desk: Desk| {
    let owner = &desk.owner;
    let contact = customer(owner).await;
    let other = owner.opens("of another contact").await["id"].clone();
    let refused = async |input: Json| owner.is_refused("messageSend", input).await;
    assert_eq!(refused(json!({ "contactId": contact })).await, "REQUIRED text");
    assert_eq!(refused(json!({ "contactId": contact, "text": " " })).await, "REQUIRED text");
    assert_eq!(refused(json!({ "contactId": contact, "text": "x".repeat(4_097) })).await, "TOO_LONG text");
    assert_eq!(
        refused(json!({ "contactId": contact, "text": "x", "templateId": "x" })).await,
        "INVALID templateId"
    );
    assert_eq!(refused(json!({ "contactId": contact, "templateId": "x" })).await, "NOT_FOUND templateId");
    assert_eq!(refused(json!({ "contactId": "x", "text": "x" })).await, "NOT_FOUND contactId");
    assert_eq!(
        refused(json!({ "contactId": contact, "text": "x", "ticketId": other })).await,
        "INVALID ticketId"
    );
    let unreachable = json!({ "name": "Without a number", "email": "carla@example.org" });
    let unreachable =
        owner.does("contactCreate", "contact { id }", unreachable).await["contact"]["id"].clone();
    assert_eq!(
        refused(json!({ "contactId": unreachable, "text": "x" })).await,
        "CONTACT_UNREACHABLE contactId"
    );
    assert_eq!(owner.is_refused("chatMarkRead", json!({ "contactId": "x" })).await, "NOT_FOUND contactId");
    let play = json!({ "phone": "351 1", "text": "x" });
    assert_eq!(owner.is_refused("sandboxMessageReceive", play).await, "INVALID phone");
    let play = json!({ "phone": PHONE, "text": "Yes", "templateId": "x" });
    assert_eq!(owner.is_refused("sandboxMessageReceive", play).await, "NOT_FOUND templateId");
});

on_both!(the_inbox_is_listed_searched_and_paged, async |desk: Desk| {
    let owner = &desk.owner;
    for (number, name) in [("1", "Anna Rossi"), ("2", "Bruno Verdi"), ("3", "Carla Rossi")] {
        let phone = format!("+39351111112{number}");
        for text in ["one", "two", "three"] {
            says(owner, json!({ "phone": phone, "name": name, "text": text })).await;
        }
    }
    let document = "query($unreadOnly: Boolean! = false, $search: String, $first: Int, $after: String) {
        chats(unreadOnly: $unreadOnly, search: $search, first: $first, after: $after) {
            nodes { unreadCount contact { id name } messages(last: 2) { nodes { body } pageInfo { hasPreviousPage } } }
            totalCount pageInfo { hasNextPage endCursor } } }";
    let names = |list: &Json| -> Vec<String> {
        let nodes = list["chats"]["nodes"].as_array().expect("a list");
        nodes.iter().map(|chat| chat["contact"]["name"].as_str().expect("a name").to_owned()).collect()
    };
    let all = owner.read(document, json!({})).await;
    assert_eq!(names(&all), ["Carla Rossi", "Bruno Verdi", "Anna Rossi"], "the latest first");
    let first = &all["chats"]["nodes"][0];
    assert_eq!(first["messages"]["nodes"], json!([{ "body": "two" }, { "body": "three" }]), "oldest first");
    assert_eq!(first["unreadCount"], 3);
    let page = owner.read(document, json!({ "first": 2 })).await;
    assert_eq!(page["chats"]["totalCount"], 3);
    let after = &page["chats"]["pageInfo"]["endCursor"];
    assert_eq!(names(&owner.read(document, json!({ "first": 2, "after": after })).await), ["Anna Rossi"]);
    let found = owner.read(document, json!({ "search": "rossi +39351111112" })).await;
    assert_eq!(names(&found), ["Carla Rossi", "Anna Rossi"]);
    let read = json!({ "contactId": first["contact"]["id"] });
    owner.does("chatMarkRead", "chat { id }", read).await;
    let unread = owner.read(document, json!({ "unreadOnly": true })).await;
    assert_eq!(names(&unread), ["Bruno Verdi", "Anna Rossi"]);
    // What comes first in time stands first, however late it arrives.
    let early = desk.store().now().plus_seconds(-60).to_rfc3339();
    says(owner, json!({ "phone": "+393511111123", "text": "zero", "sentAt": early })).await;
    let state = chat(owner, &first["contact"]["id"]).await;
    assert_eq!(state["messages"]["nodes"][0]["body"], "zero");
});

on_both!(a_stream_of_messages_has_no_seam, async |desk: Desk| {
    let owner = &desk.owner;
    let contact = customer(owner).await;
    let after = chat(owner, &contact).await["messages"]["eventCursor"].clone();
    says(owner, json!({ "text": "two" })).await;
    says(owner, json!({ "phone": "+393512222222", "text": "of another" })).await;
    owner.opens("not a message").await;
    let mut stream = owner.socket().await;
    stream.subscribe(STREAM, json!({ "contactId": contact, "after": after })).await;
    let mut inbox = owner.socket().await;
    inbox.subscribe(STREAM, json!({ "after": after })).await;
    let body = |item: &Json| item["chatMessages"]["message"]["body"].clone();
    assert_eq!(body(&stream.data().await), "two");
    assert_eq!(stream.data().await["chatMessages"]["__typename"], "StreamCheckpoint");
    assert_eq!([body(&inbox.data().await), body(&inbox.data().await)], ["two", "of another"]);
    assert_eq!(inbox.data().await["chatMessages"]["__typename"], "StreamCheckpoint");
    says(owner, json!({ "text": "three" })).await;
    assert_eq!(body(&stream.data().await), "three");
    let item = inbox.data().await;
    assert_eq!(
        (&body(&item), &item["chatMessages"]["actor"]["__typename"]),
        (&json!("three"), &json!("Contact"))
    );
    for contact in ["x", "con_00000000000000000000000000000001"] {
        let mut socket = owner.socket().await;
        socket.subscribe(STREAM, json!({ "contactId": contact })).await;
        assert_eq!(socket.error_code().await, "NOT_FOUND");
    }
    let mut socket = desk.key(&["TICKETS_WRITE", "CONTACTS_WRITE", "SETTINGS_WRITE"]).await.socket().await;
    socket.subscribe(STREAM, json!({})).await;
    assert_eq!(socket.error_code().await, "FORBIDDEN");
});

on_both!(keys_see_messages_with_their_scope_only, async |desk: Desk| {
    let contact = customer(&desk.owner).await;
    let types = async |client: &Client| -> Vec<String> {
        client.log().await.iter().map(|event| event["type"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let tickets = desk.key(&["TICKETS_READ"]).await;
    assert!(!types(&tickets).await.iter().any(|name| name.starts_with("MESSAGE")));
    let document = "query($id: ID!) { contact(by: { id: $id }) { chat { id } } }";
    tickets.ask(document, json!({ "id": contact })).await.must_be("FORBIDDEN");
    let messages = desk.key(&["MESSAGES_READ"]).await;
    assert_eq!(types(&messages).await.iter().filter(|name| name.starts_with("MESSAGE")).count(), 1);
    let list = "{ chats { nodes { contact { name phone } messages { nodes { body template { id } ticket { id } } } } } }";
    let seen = messages.read(list, json!({})).await["chats"]["nodes"][0].clone();
    assert_eq!(seen["contact"], json!({ "name": "Bruno Bianchi", "phone": null }));
    assert_eq!(seen["messages"]["nodes"][0]["body"], "Ciao");
    let by_number = messages.read("{ chats(search: \"3511111\") { nodes { id } } }", json!({})).await;
    assert_eq!(by_number["chats"]["nodes"], json!([]), "what one may not read one cannot search");
});

on_both!(blocked_contacts_set_nothing_off, async |desk: Desk| {
    let owner = &desk.owner;
    let contact = customer(owner).await;
    let block = json!({ "id": contact, "isBlocked": true });
    owner.does("contactUpdate", "contact { isBlocked }", block).await;
    says(owner, json!({ "text": "Hello?" })).await;
    let state = chat(owner, &contact).await;
    assert_eq!((&state["unreadCount"], &state["messages"]["totalCount"]), (&json!(1), &json!(2)), "kept");
});

on_both!(erasing_a_contact_erases_what_was_said, async |desk: Desk| {
    let owner = &desk.owner;
    let contact = customer(owner).await;
    says(owner, json!({ "text": "Secret words", "buttonPayload": "SECRET_PAYLOAD" })).await;
    let sent = writes(owner, json!({ "contactId": contact, "text": "Secret answer" })).await;
    comes(owner, &sent, "DELIVERED").await;
    owner.does("contactDelete", "contact { isErased }", json!({ "id": contact })).await;
    let state = chat(owner, &contact).await;
    assert_eq!(state["messages"]["totalCount"], 3, "what there was stays counted");
    let document =
        "{ changes { events { type ... on MessageEvent { message { body buttonPayload status } } } } }";
    let log = owner.read(document, json!({})).await;
    assert!(!format!("{state}{log}").to_lowercase().contains("secret"), "{state} {log}");
    let refused = owner.is_refused("messageSend", json!({ "contactId": contact, "text": "x" })).await;
    assert_eq!(refused, "CONTACT_UNREACHABLE contactId");
    let again = says(owner, json!({ "text": "It is me" })).await;
    assert_ne!(again["chat"]["contact"]["id"], contact, "somebody new");
});
