//! Searching: what is found where, who may search for what, and what is told of mistakes.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use serde_json::{Value as Json, json};
use sportello_tests::{Client, Desk, on_both};

/// The titles of the tickets that a search finds, in alphabetical order.
async fn found(client: &Client, search: &str) -> Vec<String> {
    let mut titles = ordered(client, search, json!(null)).await;
    titles.sort();
    titles
}

/// The same in the list's order.
async fn ordered(client: &Client, search: &str, order_by: Json) -> Vec<String> {
    let arguments = json!({ "search": search, "orderBy": order_by });
    let list = client.tickets_showing("title", arguments).await.data()["tickets"].clone();
    let titles = list["nodes"].as_array().expect("a list").iter();
    let titles: Vec<_> = titles.map(|node| node["title"].as_str().expect("a title").to_owned()).collect();
    assert_eq!(list["totalCount"], titles.len(), "{search}");
    titles
}

async fn explained(client: &Client, search: &str) -> Json {
    let document = "query($search: String!) { ticketSearchExplain(search: $search) { where text problems { message \
                    offset length } } }";
    client.read(document, json!({ "search": search })).await["ticketSearchExplain"].clone()
}

async fn contact(desk: &Desk, name: &str, phone: &str) -> Json {
    let input = json!({ "name": name, "phone": phone, "email": "Maria.Bianchi@example.com" });
    desk.owner.does("contactCreate", "contact { id }", input).await["contact"]["id"].clone()
}

on_both!(a_text_is_found_wherever_it_stands, async |desk: Desk| {
    let owner = &desk.owner;
    let maria = contact(&desk, "Maria Bianchi", "+39 351 222 3344").await;
    let leak =
        json!({ "title": "Perché perde?", "description": "Il rubinetto dell'acqua", "contactId": maria });
    let leak = owner.opens_with(leak).await;
    owner.opens("Another matter").await;
    owner
        .does(
            "ticketNoteAdd",
            "note { id }",
            json!({ "by": { "id": leak["id"] }, "body": "Idraulico chiamato" }),
        )
        .await;
    let title = ["Perché perde?"];
    for search in [
        "T-1",
        "t-1",
        "PERCHE' perde",
        "perch",
        "\"perché PERDE\"",
        "rubinetto acqua",
        "dell'acqua",
        "idraulico",
        "maria bianchi",
        "rubinetto bianchi idraulico",
        "+39 351 222 3344",
        "+393512223344",
        "0039 351 2223344",
        "(+39) 351-222-3344",
        "351 222 3344",
        "3512223344",
        "2223344",
        "+393512",
        "maria.bianchi@example.com",
        "bianchi@example",
        "rub* -another",
        "nothing OR rubinetto",
        "(nothing OR rubinetto) -(another OR nothing)",
    ] {
        assert_eq!(found(owner, search).await, title, "{search}");
    }
    for search in [
        "rubinetto another",
        "\"rubinetto perde\"",
        "ubinetto",
        "rubinetto nothing",
        "-perché -another",
        "+3935199",
    ] {
        assert_eq!(found(owner, search).await, Vec::<String>::new(), "{search}");
    }
    assert_eq!(found(owner, " ").await.len(), 2);
});

on_both!(what_was_committed_is_found_at_once, async |desk: Desk| {
    let owner = &desk.owner;
    let is_found = async |search: &str| !found(owner, search).await.is_empty();
    let maria = contact(&desk, "Maria Bianchi", "+393512223344").await;
    let ticket =
        owner.opens_with(json!({ "title": "first", "description": "old", "contactId": maria })).await;
    owner.updates(&ticket["id"], json!({ "title": "second", "description": "new" })).await;
    assert!(is_found("second new").await && !is_found("first").await && !is_found("old").await);

    let note = json!({ "by": { "id": ticket["id"] }, "body": "noted" });
    let note = owner.does("ticketNoteAdd", "note { id }", note).await["note"]["id"].clone();
    assert!(is_found("noted").await);
    owner.does("ticketNoteEdit", "note { id }", json!({ "id": note, "body": "edited" })).await;
    assert!(is_found("edited").await && !is_found("noted").await);
    owner.does("ticketNoteDelete", "ticket { id }", json!({ "id": note })).await;
    assert!(!is_found("edited").await);
    owner.updates(&ticket["id"], json!({ "note": "along" })).await;
    assert!(is_found("along").await);

    let renamed =
        json!({ "id": maria, "name": "Marta Verdi", "phone": "+393519998877", "email": "m@verdi.example" });
    owner.does("contactUpdate", "contact { id }", renamed).await;
    assert!(is_found("verdi 9998877").await && is_found("m@verdi.example").await);
    assert!(!is_found("bianchi").await && !is_found("2223344").await);

    owner.does("ticketDelete", "ticket { id }", json!({ "by": { "id": ticket["id"] } })).await;
    assert!(!is_found("second").await);
    owner.does("ticketRestore", "ticket { id }", json!({ "by": { "id": ticket["id"] } })).await;
    assert!(is_found("second along").await);

    owner.does("contactDelete", "contact { id }", json!({ "id": maria })).await;
    assert!(!is_found("verdi").await && !is_found("9998877").await && is_found("second").await);
});

on_both!(field_terms_mean_what_where_means, async |desk: Desk| {
    let owner = &desk.owner;
    let operator = desk.person("OPERATOR").await;
    let waiting = owner.status("waiting").await;
    let urgent =
        json!({ "title": "a", "priority": "URGENT", "category": "Late delivery", "assigneeId": owner.id });
    owner.opens_with(urgent).await;
    owner.opens_with(json!({ "title": "b", "statusId": waiting, "assigneeId": operator.id, "contactPhone": "+34600111222" })).await;
    let closed = owner.opens_with(json!({ "title": "c", "priority": "LOW" })).await;
    owner.updates(&closed["id"], json!({ "statusId": owner.status("resolved").await })).await;
    let key = desk.key(&["TICKETS_WRITE"]).await;
    let phone = json!({ "title": "d", "contactPhone": "+393510000001" });
    key.opens_with(phone).await;
    for (search, expected) in [
        ("status:open", "a d"),
        ("status:open,waiting", "a b d"),
        ("STATUS:Waiting", "b"),
        ("-status:open is:open", "b"),
        ("is:closed", "c"),
        ("is:open", "a b d"),
        ("is:unassigned", "c d"),
        ("is:mine", "a"),
        ("assignee:me,\"operator\"", "a b"),
        ("assignee:AURORA", "a"),
        ("priority:Urgent", "a"),
        ("priority:>=medium", "a b d"),
        ("priority:<medium", "c"),
        ("priority:low,urgent", "a c"),
        ("category:\"late  DELIVERY\"", "a"),
        ("phone:+34600111222", "b"),
        ("phone:\"+34 600\"", "b"),
        ("phone:111222", "b"),
        ("reference:t-2", "b"),
        ("reference:T-*", "a b c d"),
        ("source:api", "d"),
        ("source:operator,automation", "a b c"),
        ("opened:>-P1D", "a b c d"),
        ("opened:<-P1D", ""),
        ("opened:>2020-01-01 closed:>=2020", "c"),
        ("opened:2020..2021", ""),
        ("opened:2020..", "a b c d"),
        ("updated:>-PT1H priority:low", "c"),
        ("closed:>-P1D OR is:mine", "a c"),
        ("a OR status:waiting", "a b"),
        ("T-1 is:mine", "a"),
    ] {
        assert_eq!(found(owner, search).await.join(" "), expected, "{search}");
        let explanation = explained(owner, search).await;
        assert_eq!(explanation["problems"], json!([]), "{search}");
        let arguments = json!({ "search": explanation["text"], "where": explanation["where"] });
        let list = owner.tickets(arguments).await;
        let mut titles: Vec<_> =
            list["nodes"].as_array().expect("a list").iter().map(|node| node["title"].clone()).collect();
        titles.sort_by_key(Json::to_string);
        let again: Vec<_> = titles.iter().filter_map(Json::as_str).collect();
        assert_eq!(again.join(" "), expected, "{search}: {explanation}");
    }
    assert_eq!(found(&operator, "is:mine").await, ["b"]);
    assert_eq!(found(&key, "is:mine").await, Vec::<String>::new());
});

on_both!(a_search_is_explained, async |desk: Desk| {
    let owner = &desk.owner;
    let open = owner.status("open").await;
    let explanation = explained(owner, "  late   \"due delivery\" status:open -foo").await;
    let filter = json!({ "status": { "id": { "in": [open] } } });
    assert_eq!(
        explanation,
        json!({ "where": filter, "text": "late* \"due delivery\" -foo", "problems": [] })
    );
    let explanation = explained(owner, "status:open OR refund").await;
    assert_eq!(explanation, json!({ "where": {}, "text": "status:open OR refund*", "problems": [] }));
    let explanation = explained(owner, "").await;
    assert_eq!(explanation, json!({ "where": {}, "text": "", "problems": [] }));
});

on_both!(mistakes_are_told_with_their_places, async |desk: Desk| {
    let owner = &desk.owner;
    for (search, places) in [
        ("\"open", vec![(0, 1)]),
        ("a (b", vec![(2, 1)]),
        ("a) b", vec![(1, 1)]),
        ("priority:banana", vec![(9, 6)]),
        ("😀 status:nowhere", vec![(10, 7)]),
        ("status:open,nowhere category:none assignee:nobody", vec![(12, 7), (29, 4), (43, 6)]),
        ("is:lost source:moon", vec![(3, 4), (15, 4)]),
        ("opened:soon closed:2026-13", vec![(7, 4), (19, 7)]),
        ("phone:abc", vec![(6, 3)]),
        ("status:", vec![(0, 7)]),
        ("status:>open", vec![(0, 12)]),
        ("OR a", vec![(0, 2)]),
        ("a OR", vec![(2, 2)]),
        ("()", vec![(0, 1)]),
        ("a -(", vec![(3, 1)]),
        ("%", vec![(0, 1)]),
    ] {
        let answer = owner.tickets_showing("id", json!({ "search": search })).await;
        answer.must_be("SEARCH_INVALID");
        let problems = &answer.body["errors"][0]["extensions"]["problems"];
        let told: Vec<_> = problems
            .as_array()
            .expect("problems")
            .iter()
            .map(|problem| {
                assert!(
                    problem["message"].as_str().is_some_and(|message| message.len() > 8),
                    "{search}: {problem}"
                );
                (problem["offset"].as_u64().expect("a number"), problem["length"].as_u64().expect("a number"))
            })
            .collect();
        assert_eq!(told, places, "{search}: {problems}");
        assert_eq!(explained(owner, search).await["problems"], *problems, "{search}");
    }
    for text in ["12:30", "http://x", "or", "a:b c::d", "A & B", "rock'n'roll", "title:x", "- a -"] {
        let answer = owner.tickets_showing("id", json!({ "search": text })).await;
        assert_eq!(answer.code(), "", "{text}: {answer:?}");
    }
});

on_both!(a_status_can_be_named_as_soon_as_it_is_there, async |desk: Desk| {
    let second = desk.second_server().await;
    let there = desk.owner.at(second.address);
    assert_eq!(found(&there, "is:open").await.len(), 0);
    let made = json!({ "name": "At the workshop", "macroStatus": "IN_PROGRESS" });
    let status = desk.owner.does("ticketStatusCreate", "status { id }", made).await["status"]["id"].clone();
    desk.owner.opens_with(json!({ "title": "a", "statusId": status })).await;
    assert_eq!(found(&there, "status:\"at the workshop\"").await, ["a"]);
    second.stop().await;
});

on_both!(what_a_key_may_not_read_it_cannot_search_for, async |desk: Desk| {
    let maria = contact(&desk, "Maria Bianchi", "+393512223344").await;
    desk.owner.opens_with(json!({ "title": "a", "contactId": maria })).await;
    let key = desk.key(&["TICKETS_READ"]).await;
    assert_eq!(found(&key, "maria").await, ["a"]);
    for search in ["2223344", "+393512223344", "bianchi@example.com", "example"] {
        assert_eq!(found(&key, search).await, Vec::<String>::new(), "{search}");
        assert_eq!(found(&desk.owner, search).await, ["a"], "{search}");
    }
    key.tickets_showing("id", json!({ "search": "phone:+39351" })).await.must_be("FORBIDDEN");
    let document = "{ ticketSearchExplain(search: \"phone:+39351\") { text } }";
    key.ask(document, json!({})).await.must_be("FORBIDDEN");
    desk.key(&["CONTACTS_READ"]).await.ask(document, json!({})).await.must_be("FORBIDDEN");
    let neighbour = desk.neighbour().await;
    assert_eq!(found(&neighbour, "maria").await, Vec::<String>::new());
});

on_both!(relevance_puts_the_best_first, async |desk: Desk| {
    let owner = &desk.owner;
    let best = json!([{ "field": "RELEVANCE", "direction": "DESC" }]);
    for (title, description) in [("Other", "a printer"), ("Printers", ""), ("Printer", "")] {
        owner.opens_with(json!({ "title": title, "description": description })).await;
    }
    owner.opens_with(json!({ "title": "About T-2", "description": "printer" })).await;
    assert_eq!(ordered(owner, "T-2", best.clone()).await, ["Printers", "About T-2"]);
    assert_eq!(ordered(owner, "printer", best.clone()).await, ["Printer", "Printers", "About T-2", "Other"]);
    let mut after = Json::Null;
    let mut titles = Vec::new();
    for _ in 0..4 {
        let arguments = json!({ "search": "printer", "orderBy": best, "first": 1, "after": after });
        let page = owner.tickets(arguments).await;
        titles.push(page["nodes"][0]["title"].clone());
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(titles, ["Printer", "Printers", "About T-2", "Other"]);
    let newest = json!([{ "field": "OPENED_AT", "direction": "DESC" }]);
    assert_eq!(ordered(owner, "printer", newest).await, ["About T-2", "Printer", "Printers", "Other"]);
    owner.tickets_showing("id", json!({ "orderBy": best })).await.must_be("BAD_REQUEST");
});

on_both!(a_contacts_tickets_are_searched_alike, async |desk: Desk| {
    let maria = contact(&desk, "Maria Bianchi", "+393512223344").await;
    desk.owner.opens_with(json!({ "title": "blue", "contactId": maria })).await;
    desk.owner.opens_with(json!({ "title": "red", "contactId": maria })).await;
    desk.owner.opens("blue as well").await;
    let document = "query($id: ID!) { contact(by: { id: $id }) { tickets(search: \"blu is:open\") { nodes { title } } } }";
    let read = desk.owner.read(document, json!({ "id": maria })).await;
    assert_eq!(read["contact"]["tickets"]["nodes"], json!([{ "title": "blue" }]));
});
