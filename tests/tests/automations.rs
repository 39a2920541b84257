//! Automations: what may be saved, what sets them off, what they do then, and what is told of it.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use serde_json::{Value as Json, json};
use sportello_tests::{Client, Desk, Process, in_time, on_both, process};

const PHONE: &str = "+393510000007";

fn says(text: &str) -> Json {
    json!({ "messageReceived": { "match": "EXACT", "text": text } })
}

fn opens(title: &str) -> Json {
    json!({ "openTicket": { "title": title } })
}

/// The refusals of an automation: `CODE at.path` of each, in order.
async fn refusals(client: &Client, trigger: Json, steps: Json) -> Vec<String> {
    let input = json!({ "name": "one", "trigger": trigger, "steps": steps });
    let payload = client.mutate("automationCreate", "automation { id }", input).await;
    let errors = payload["userErrors"].as_array().expect("a list").iter();
    let said = errors.map(|error| {
        let path: Vec<_> =
            error["path"].as_array().expect("a path").iter().filter_map(Json::as_str).collect();
        format!("{} {}", error["code"].as_str().expect("a code"), path.join("."))
    });
    said.collect()
}

async fn template(client: &Client, body: &str) -> Json {
    let input = json!({ "name": format!("t{}", body.len()), "language": "en", "body": body });
    client.does("messageTemplateCreate", "template { id }", input).await["template"]["id"].clone()
}

async fn field(client: &Client, code: &str) {
    client.does("dynamicFieldCreate", "field { code }", json!({ "code": code, "label": code })).await;
}

fn statuses(run: &Json) -> Vec<&str> {
    let steps = run["steps"].as_array().expect("a list").iter();
    steps.map(|step| step["status"].as_str().expect("a status")).collect()
}

on_both!(every_mistake_is_told_at_its_place, async |desk: Desk| {
    let owner = &desk.owner;
    let steps = json!([
        { "openTicket": { "title": "%%TICKET_TITLE%%", "category": "%%NOWHERE%%" } },
        { "openTicket": { "title": " ", "statusId": "nothing" } },
        { "updateTicket": { "reference": "T 1", "priority": "HIGH" } },
        { "updateTicket": {} },
        { "sendTemplate": { "templateId": "nothing", "fallbacks": [{ "code": "NOWHERE", "value": "" }] } },
        { "sendText": { "text": "%%city%%" } },
        { "assignTicket": { "assigneeId": "nothing" } },
        { "wait": { "seconds": 0 } },
    ]);
    assert_eq!(
        refusals(owner, json!({ "messageReceived": { "match": "EXACT" } }), steps).await,
        [
            "REQUIRED trigger.messageReceived.text",
            "RESERVED_DYNAMIC_FIELD steps.0.openTicket.title",
            "UNKNOWN_DYNAMIC_FIELD steps.0.openTicket.category",
            "NOT_FOUND steps.1.openTicket.statusId",
            "REQUIRED steps.1.openTicket.title",
            "INVALID steps.2.updateTicket.reference",
            "INVALID steps.3.updateTicket",
            "NOT_FOUND steps.4.sendTemplate.templateId",
            "UNKNOWN_DYNAMIC_FIELD steps.4.sendTemplate.fallbacks.0.code",
            "REQUIRED steps.4.sendTemplate.fallbacks.0.value",
            "UNKNOWN_DYNAMIC_FIELD steps.5.sendText.text",
            "NOT_FOUND steps.6.assignTicket.assigneeId",
            "OUT_OF_RANGE steps.7.wait.seconds",
        ]
    );
    let many = Json::Array(vec![json!({ "wait": { "seconds": 1 } }); 51]);
    assert_eq!(refusals(owner, says("a"), many).await, ["LIMIT_REACHED steps"]);
    let fields = json!({ "apiCall": { "fields": ["NOWHERE", "CONTACT_NAME"] } });
    assert_eq!(
        refusals(owner, fields, json!([])).await,
        ["UNKNOWN_DYNAMIC_FIELD trigger.apiCall.fields.0", "RESERVED_DYNAMIC_FIELD trigger.apiCall.fields.1"]
    );
    let mine = json!({ "ticketOpened": { "where": { "assignee": { "isMe": true } } } });
    assert_eq!(refusals(owner, mine, json!([])).await, ["INVALID trigger.ticketOpened.where.assignee.isMe"]);
    let nowhere = json!({ "ticketStatusChanged": { "toStatusId": "nothing" } });
    assert_eq!(
        refusals(owner, nowhere, json!([])).await,
        ["NOT_FOUND trigger.ticketStatusChanged.toStatusId"]
    );
});

on_both!(a_phrase_belongs_to_one_and_versions_are_kept, async |desk: Desk| {
    let owner = &desk.owner;
    let first = owner.automates("first", says("It is Broken"), json!([opens("Broken")])).await;
    assert_eq!(first["hookSecret"], Json::Null);
    assert_eq!(
        refusals(owner, says(" it IS broken "), json!([])).await,
        ["PHRASE_TAKEN trigger.messageReceived.text"]
    );
    let id = &first["automation"]["id"];
    let off = json!({ "id": id, "isEnabled": false, "expectedVersion": 1 });
    let off = owner.does("automationUpdate", "automation { version isEnabled }", off).await;
    assert_eq!(off["automation"], json!({ "version": 2, "isEnabled": false }));
    owner.automates("second", says("it is broken"), json!([])).await;
    let on = json!({ "id": id, "isEnabled": true });
    assert_eq!(owner.is_refused("automationUpdate", on).await, "PHRASE_TAKEN isEnabled");
    let late = json!({ "id": id, "name": "late", "expectedVersion": 1 });
    assert_eq!(owner.is_refused("automationUpdate", late).await, "VERSION_CONFLICT expectedVersion");
    owner.does("automationDelete", "automation { isDeleted }", json!({ "id": id })).await;
    let listed = owner.read("{ automations { name trigger { __typename } } }", json!({})).await;
    assert_eq!(
        listed["automations"],
        json!([{ "name": "second", "trigger": { "__typename": "MessageReceivedTrigger" } }])
    );
    assert_eq!(owner.is_refused("automationUpdate", json!({ "id": id, "name": "x" })).await, "NOT_FOUND id");
    let log = owner.log().await;
    assert_eq!(log.iter().filter(|event| event["type"] == "AUTOMATION_CHANGED").count(), 4);
});

on_both!(a_message_opens_a_ticket_and_all_else_follows, async |desk: Desk| {
    let owner = &desk.owner;
    let template = template(owner, "Hello %%CONTACT_FIRST_NAME%%, your ticket is %%TICKET_REFERENCE%%").await;
    let steps = json!([
        { "openTicket": { "title": "Broken: %%CONTACT_PHONE%%", "category": "Repairs", "priority": "HIGH" } },
        { "addNote": { "body": "Opened as %%TICKET_REFERENCE%% %%TICKET_TITLE%%" } },
        { "assignTicket": { "assigneeId": owner.read("{ viewer { user { id } } }", json!({})).await["viewer"]["user"]["id"] } },
        { "updateTicket": { "priority": "URGENT" } },
        { "sendTemplate": { "templateId": template, "fallbacks": [{ "code": "CONTACT_FIRST_NAME", "value": "there" }] } },
        { "sendText": { "text": "%%TICKET_PRIORITY%%" } },
    ]);
    let automation = owner.automates("Broken", says("broken"), steps).await;
    let any = owner.automates("any", json!({ "messageReceived": { "match": "ANY" } }), json!([])).await;
    owner.hears(PHONE, " BROKEN ").await;
    let run = owner.ended(&automation).await;
    assert_eq!((&run["status"], statuses(&run)), (&json!("SUCCEEDED"), vec!["SUCCEEDED"; 6]), "{run:#}");
    assert_eq!((&run["depth"], &run["trigger"]["text"]), (&json!(1), &json!("BROKEN")));
    let texts: Vec<_> =
        run["steps"].as_array().expect("a list").iter().map(|step| &step["message"]["body"]).collect();
    assert_eq!(texts[4..], [&json!("Hello there, your ticket is T-1"), &json!("URGENT")]);
    let ticket = owner.ticket(&run["ticket"]["id"]).await;
    assert_eq!(
        (&ticket["title"], &ticket["source"]),
        (&json!(format!("Broken: {PHONE}")), &json!("AUTOMATION"))
    );
    assert_eq!((&ticket["category"]["name"], &ticket["priority"]), (&json!("Repairs"), &json!("URGENT")));
    assert!(owner.runs_of(&any).await.is_empty(), "an exact phrase goes before others");
    let document =
        "query($id: ID!) { ticket(by: { id: $id }) { openedBy { __typename ... on Automation { name } }
        notes { nodes { body } } history { nodes { type automationRun { id } } } } }";
    let shown = owner.read(document, json!({ "id": run["ticket"]["id"] })).await["ticket"].clone();
    assert_eq!(shown["openedBy"], json!({ "__typename": "Automation", "name": "Broken" }));
    assert_eq!(shown["notes"]["nodes"][0]["body"], json!(format!("Opened as T-1 Broken: {PHONE}")));
    let history = shown["history"]["nodes"].as_array().expect("a list");
    assert_eq!(history.len(), 4);
    assert!(history.iter().all(|event| event["automationRun"]["id"] == run["id"]), "{history:?}");
    owner.hears(PHONE, "something else").await;
    owner.ended(&any).await;
    assert_eq!(owner.runs_of(&automation).await.len(), 1, "once for each message that calls for it");
});

on_both!(buttons_go_by_payload_and_blocked_people_set_nothing_off, async |desk: Desk| {
    let owner = &desk.owner;
    let pressed =
        owner.automates("yes", json!({ "buttonPressed": { "payload": "YES" } }), json!([opens("Yes")])).await;
    let label = owner.automates("label", says("of course"), json!([])).await;
    let press = |payload: &str| json!({ "phone": PHONE, "text": "Of course", "buttonPayload": payload });
    owner.does("sandboxMessageReceive", "message { id }", press("YES")).await;
    owner.ended(&pressed).await;
    assert!(owner.runs_of(&label).await.is_empty());
    owner.does("sandboxMessageReceive", "message { id }", press("OTHER")).await;
    owner.ended(&label).await;
    assert_eq!(owner.runs_of(&pressed).await.len(), 1);
    let contact = owner.hears(PHONE, "hello").await["chat"]["contact"]["id"].clone();
    owner.does("contactUpdate", "contact { id }", json!({ "id": contact, "isBlocked": true })).await;
    owner.hears(PHONE, "of course").await;
    let seen = owner.automates("seen", json!({ "ticketOpened": {} }), json!([])).await;
    owner.opens("after").await;
    owner.ended(&seen).await;
    assert_eq!(owner.runs_of(&label).await.len(), 1, "planned in the log's order, so it would be there");
});

on_both!(tickets_set_off_by_condition_and_resolving_tells, async |desk: Desk| {
    let owner = &desk.owner;
    let urgent = json!({ "ticketOpened": { "where": { "priority": { "gte": "HIGH" }, "contact": { "name": { "contains": "anna" } } } } });
    let urgent =
        owner.automates("urgent", urgent, json!([{ "addNote": { "body": "%%CONTACT_NAME%%" } }])).await;
    let resolved =
        json!({ "ticketStatusChanged": { "fromMacroStatus": "IN_PROGRESS", "toMacroStatus": "TERMINATED" } });
    let body = template(owner, "Done: %%TICKET_TITLE%% is %%TICKET_STATUS%%").await;
    let resolved =
        owner.automates("resolved", resolved, json!([{ "sendTemplate": { "templateId": body } }])).await;
    let contact = json!({ "name": "Anna Rossi", "phone": PHONE });
    let contact = owner.does("contactCreate", "contact { id }", contact).await["contact"]["id"].clone();
    let open = |priority: &str| json!({ "title": "Late", "contactId": contact, "priority": priority });
    owner.opens_with(open("MEDIUM")).await;
    let ticket = owner.opens_with(open("HIGH")).await;
    let run = owner.ended(&urgent).await;
    assert_eq!((&run["ticket"]["id"], &run["status"]), (&ticket["id"], &json!("SUCCEEDED")));
    owner.updates(&ticket["id"], json!({ "statusId": owner.status("waiting").await })).await;
    owner.updates(&ticket["id"], json!({ "statusId": owner.status("resolved").await })).await;
    owner.updates(&ticket["id"], json!({ "title": "Renamed" })).await;
    owner.updates(&ticket["id"], json!({ "statusId": owner.status("closed").await })).await;
    let run = owner.ended(&resolved).await;
    assert_eq!(
        run["steps"][0]["message"]["body"], "Done: Late is Resolved",
        "as it was right after the event"
    );
    assert_eq!((owner.runs_of(&urgent).await.len(), owner.runs_of(&resolved).await.len()), (1, 1));
});

on_both!(what_cannot_be_done_says_why_and_is_done_later, async |desk: Desk| {
    let owner = &desk.owner;
    field(owner, "CITY").await;
    let steps =
        json!([opens("Help"), { "sendText": { "text": "To %%CITY%%" } }, { "addNote": { "body": "told" } }]);
    let automation = owner.automates("help", says("help"), steps).await;
    let contact = owner.hears(PHONE, "help").await["chat"]["contact"]["id"].clone();
    let run = owner.ended(&automation).await;
    assert_eq!((&run["status"], statuses(&run)), (&json!("FAILED"), vec!["SUCCEEDED", "FAILED", "SKIPPED"]));
    assert!(run["steps"][1]["error"].as_str().expect("why").contains("CITY"), "{run:#}");
    let fields = json!({ "id": contact, "fields": [{ "code": "CITY", "value": "Roma %%X%%" }] });
    owner.does("contactUpdate", "contact { id }", fields).await;
    let retry = json!({ "id": run["id"], "idempotencyKey": "again" });
    let going = owner.does("automationRunRetry", "run { status steps { status } }", retry.clone()).await;
    assert_eq!(going["run"]["steps"][0]["status"], "SUCCEEDED");
    let run = owner.ended(&automation).await;
    assert_eq!((&run["status"], statuses(&run)), (&json!("SUCCEEDED"), vec!["SUCCEEDED"; 3]), "{run:#}");
    assert_eq!(run["steps"][1]["message"]["body"], "To Roma %%X%%", "filled in once");
    assert_eq!(owner.tickets(json!({})).await["totalCount"], 1, "what was done is not done again");
    owner.does("automationRunRetry", "run { id }", retry).await;
    assert_eq!(owner.is_refused("automationRunRetry", json!({ "id": run["id"] })).await, "INVALID id");
    let long = owner.automates("long", says("long"), json!([opens(&"%%CITY%%".repeat(25))])).await;
    owner.hears(PHONE, "long").await;
    let run = owner.ended(&long).await;
    assert!(run["error"].as_str().expect("why").contains("at most 200"), "{run:#}");
    let which = json!([{ "updateTicket": { "priority": "LOW" } }]);
    let which = owner.automates("which", says("which"), which).await;
    owner.opens_with(json!({ "title": "Another", "contactPhone": PHONE })).await;
    owner.hears(PHONE, "which").await;
    let run = owner.ended(&which).await;
    assert!(run["error"].as_str().expect("why").contains("2 tickets in progress"), "{run:#}");
});

on_both!(loops_are_cut_at_the_ninth, async |desk: Desk| {
    let owner = &desk.owner;
    let again = owner.automates("again", json!({ "ticketOpened": {} }), json!([opens("Again")])).await;
    owner.opens("first").await;
    let runs = owner.ended_runs(&again, 9).await;
    let depths: Vec<_> = runs.iter().rev().map(|run| run["depth"].as_i64().expect("a depth")).collect();
    assert_eq!(depths, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!((&runs[0]["status"], statuses(&runs[0])), (&json!("ABORTED"), vec!["SKIPPED"]));
    assert!(runs[0]["error"].as_str().expect("why").contains("loop"));
    assert!(runs[1..].iter().all(|run| run["status"] == "SUCCEEDED"));
    assert_eq!(owner.tickets(json!({})).await["totalCount"], 9);
});

on_both!(runs_wait_and_are_told_live, async |desk: Desk| {
    let owner = &desk.owner;
    let steps = json!([{ "wait": { "seconds": 1 } }, opens("After a while")]);
    let automation = owner.automates("later", says("later"), steps).await;
    let mut socket = owner.socket().await;
    let document = "subscription($id: ID) { automationRuns(automationId: $id) { status steps { status } } }";
    socket.subscribe(document, json!({ "id": automation["automation"]["id"] })).await;
    owner.hears(PHONE, "later").await;
    let mut told = Vec::new();
    loop {
        let run = socket.data().await["automationRuns"].clone();
        told.push(run["status"].as_str().expect("a status").to_owned());
        if run["status"] == "SUCCEEDED" {
            break;
        }
    }
    assert!(told.contains(&"WAITING".to_owned()), "{told:?}");
    assert_eq!(owner.tickets(json!({})).await["totalCount"], 1);
    let mut socket = owner.socket().await;
    socket.subscribe(document, json!({ "id": "nothing" })).await;
    assert_eq!(socket.error_code().await, "NOT_FOUND");
});

on_both!(a_preview_changes_nothing, async |desk: Desk| {
    let owner = &desk.owner;
    field(owner, "CITY").await;
    let before = owner.log().await.len();
    let document = "query($input: AutomationPreviewInput!) { automationPreview(input: $input) {
        wouldRun reason missingFields steps { position status rendered error ticket { id } } } }";
    let input = json!({
        "trigger": { "messageReceived": { "match": "CONTAINS", "text": "help" } },
        "steps": [
            { "openTicket": { "title": "For %%CONTACT_PHONE%% in %%CITY%%", "category": "New" } },
            { "sendText": { "text": "%%CITY%% %%TICKET_REFERENCE%%" } },
            { "addNote": { "body": "%%TICKET_REFERENCE%%" } },
        ],
        "text": "please HELP",
    });
    let preview = owner.read(document, json!({ "input": input })).await["automationPreview"].clone();
    assert_eq!(
        (&preview["wouldRun"], &preview["missingFields"]),
        (&json!(true), &json!(["CONTACT_PHONE", "CITY"])),
        "{preview:#}"
    );
    assert_eq!(preview["steps"][2]["rendered"]["body"], "T-1");
    assert_eq!(preview["steps"][0]["ticket"], Json::Null);
    assert_eq!(statuses(&preview), ["PENDING", "FAILED", "PENDING"]);
    assert_eq!(owner.log().await.len(), before);
    let counts = owner
        .read("{ tickets { totalCount } contacts { totalCount } ticketCategories { totalCount } }", json!({}))
        .await;
    assert_eq!(counts["tickets"]["totalCount"], 0);
    assert_eq!(
        (&counts["contacts"]["totalCount"], &counts["ticketCategories"]["totalCount"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(owner.opens("first").await["reference"], "T-1", "no number was taken");
    for missing in [
        json!({ "automationId": "nothing" }),
        json!({ "trigger": says("a"), "steps": [], "contactId": "nothing" }),
    ] {
        owner.ask(document, json!({ "input": missing })).await.must_be("NOT_FOUND");
    }
    owner.ask(document, json!({ "input": {} })).await.must_be("BAD_REQUEST");
});

on_both!(an_order_system_calls, async |desk: Desk| {
    let owner = &desk.owner;
    field(owner, "ORDER_NUMBER").await;
    let steps = json!([opens("Order %%ORDER_NUMBER%%")]);
    let automation =
        owner.automates("order", json!({ "apiCall": { "fields": ["ORDER_NUMBER"] } }), steps).await;
    let secret = automation["hookSecret"].as_str().expect("a secret").to_owned();
    let body = |number: &str, key: &str| {
        json!({
            "contact": { "phone": "+39 351 000 0008", "name": "Carla\u{0}" },
            "fields": { "ORDER_NUMBER": number },
            "idempotencyKey": key,
        })
        .to_string()
    };
    let asked: Vec<_> = (0..10)
        .map(|_| {
            let (owner, automation, secret, body) =
                (owner.clone(), automation.clone(), secret.clone(), body("7", "one"));
            tokio::spawn(async move { owner.calls(&automation, &secret, &body).await })
        })
        .collect();
    let mut answers = Vec::new();
    for answer in asked {
        answers.push(answer.await.expect("an answer"));
    }
    assert!(answers.iter().all(|answer| answer.0 == 202 && *answer == answers[0]), "{answers:?}");
    let run = owner.ended(&automation).await;
    assert_eq!((&run["id"], &run["status"]), (&answers[0].1["runId"], &json!("SUCCEEDED")), "{run:#}");
    assert_eq!(owner.ticket(&run["ticket"]["id"]).await["title"], "Order 7");
    assert_eq!(run["trigger"]["fields"]["ORDER_NUMBER"], "7");
    let refused = async |secret: &str, body: &str| {
        let (status, answer) = owner.calls(&automation, secret, body).await;
        let path = answer["error"]["path"].as_array().expect("a path").iter().filter_map(Json::as_str);
        let code = answer["error"]["code"].as_str().expect("a code");
        assert!(answer["error"]["message"].as_str().is_some_and(|message| message.len() > 8));
        format!("{status} {code} {}", path.collect::<Vec<_>>().join("."))
    };
    assert_eq!(refused(&secret, &body("8", "one")).await, "422 IDEMPOTENCY_KEY_REUSED idempotencyKey");
    assert_eq!(refused("wrong", &body("8", "two")).await, "401 UNAUTHENTICATED ");
    assert_eq!(refused(&secret, "{").await, "400 BAD_REQUEST ");
    assert_eq!(refused(&secret, &"x".repeat(256 * 1024 + 1)).await, "413 PAYLOAD_TOO_LARGE ");
    for (body, expected) in [
        (json!({ "fields": {} }), "400 REQUIRED contact"),
        (
            json!({ "contact": { "phone": "12" }, "fields": { "ORDER_NUMBER": "1" } }),
            "400 INVALID contact.phone",
        ),
        (json!({ "contact": { "phone": PHONE } }), "400 MISSING_DYNAMIC_FIELD fields.ORDER_NUMBER"),
        (
            json!({ "contact": { "externalId": "c" }, "fields": { "ORDER_NUMBER": "1", "COLOUR": "red" } }),
            "400 UNKNOWN_DYNAMIC_FIELD fields.COLOUR",
        ),
        (
            json!({ "contact": { "externalId": "c" }, "fields": { "ORDER_NUMBER": 1 } }),
            "400 INVALID fields.ORDER_NUMBER",
        ),
    ] {
        assert_eq!(refused(&secret, &body.to_string()).await, expected);
    }
    let rotate = json!({ "id": automation["automation"]["id"] });
    let rotated = owner.does("automationHookRotateSecret", "hookSecret", rotate.clone()).await;
    assert_eq!(refused(&secret, &body("9", "three")).await, "401 UNAUTHENTICATED ");
    let secret = rotated["hookSecret"].as_str().expect("a secret");
    let by_key = json!({ "contact": { "externalId": "c-1" }, "fields": { "ORDER_NUMBER": "9" } }).to_string();
    assert_eq!(owner.calls(&automation, secret, &by_key).await.0, 202);
    owner
        .does("automationUpdate", "automation { id }", json!({ "id": rotate["id"], "isEnabled": false }))
        .await;
    assert_eq!(refused(secret, &body("9", "four")).await, "404 NOT_FOUND ");
    owner
        .does("automationUpdate", "automation { id }", json!({ "id": rotate["id"], "isEnabled": true }))
        .await;
    let mut last = String::new();
    for _ in 0..70 {
        last = refused("wrong", "{}").await;
        if last.starts_with("429") {
            break;
        }
    }
    assert_eq!(last, "429 RATE_LIMITED ");
});

on_both!(a_status_goes_out_of_automations, async |desk: Desk| {
    let owner = &desk.owner;
    let status = json!({ "name": "Parked", "macroStatus": "IN_PROGRESS" });
    let status = owner.does("ticketStatusCreate", "status { id }", status).await["status"]["id"].clone();
    let steps = json!([{ "openTicket": { "title": "x", "statusId": status } }]);
    let automation = owner.automates("park", says("park"), steps).await;
    assert_eq!(owner.is_refused("ticketStatusDelete", json!({ "id": status })).await, "IN_USE id");
    let waiting = owner.status("waiting").await;
    owner
        .does("ticketStatusDelete", "status { id }", json!({ "id": status, "moveTicketsToId": waiting }))
        .await;
    owner.hears(PHONE, "park").await;
    let run = owner.ended(&automation).await;
    assert_eq!(owner.ticket(&run["ticket"]["id"]).await["status"]["id"], waiting, "{run:#}");
});

const STEPS: usize = 6;

on_both!(a_run_survives_being_killed_between_its_steps, async |desk: Desk| {
    let email = "automation@sportello.example";
    process::account_create(&desk.database, email);
    let mut server = Process::serve(&desk.database).await;
    let mut owner = process::signed_in(server.address, email).await;
    let steps: Vec<_> = (0..STEPS)
        .flat_map(|step| [opens(&format!("Step {step}")), json!({ "addNote": { "body": "n" } })])
        .collect();
    let automation = owner.automates("many", says("go"), Json::Array(steps)).await;
    let runs = 6;
    for run in 0..runs {
        owner.hears(&format!("+39351000010{run}"), "go").await;
    }
    // Killed again and again while steps are being done, until there is nothing more to be killed in.
    for _ in 0..4 {
        let done = async |owner: &Client| {
            owner.tickets(json!({ "first": 1 })).await["totalCount"].as_u64().expect("a count")
        };
        let before = done(&owner).await;
        in_time("a step", async {
            while done(&owner).await == before && before < (STEPS * runs) as u64 {
                tokio::task::yield_now().await;
            }
        })
        .await;
        server.kill().await;
        server = Process::serve(&desk.database).await;
        owner = process::signed_in(server.address, email).await;
    }
    let ended = owner.ended_runs(&automation, runs).await;
    assert!(ended.iter().all(|run| run["status"] == "SUCCEEDED"), "{ended:#?}");
    let tickets = owner.tickets(json!({ "first": 100 })).await;
    assert_eq!(tickets["totalCount"], STEPS * runs, "every step once");
    let notes = tickets["nodes"].as_array().expect("a list").iter();
    assert!(notes.into_iter().all(|ticket| ticket["noteCount"] == 1), "every note once");
    server.kill().await;
});
