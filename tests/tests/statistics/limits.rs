//! What may be asked, by whom; and counters that went wrong are found and mended.

use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};
use sportello_domain::statistics as domain;
use sportello_tests::{Answer, Client, Desk, on_both};

use crate::oracle::{live, statistics, told};

async fn ask(client: &Client, arguments: Json) -> Answer {
    let document = "query($search: String, $where: TicketWhere, $period: Period) \
                    { ticketStatistics(search: $search, where: $where, period: $period) { openCount } }";
    client.ask(document, arguments).await
}

on_both!(a_period_that_cannot_be_is_refused, async |desk: Desk| {
    for (period, field) in [
        (json!({ "from": "-P1D", "to": "-P2D" }), "from"),
        (json!({ "from": "-P401D" }), "from"),
        (json!({ "from": "yesterday" }), "from"),
        (json!({ "to": "2026-02-30T00:00:00Z" }), "to"),
    ] {
        let answer = ask(&desk.owner, json!({ "period": period })).await;
        answer.must_be("BAD_REQUEST");
        assert_eq!(answer.body["errors"][0]["extensions"]["inputPath"], json!(["period", field]));
        let mut socket = desk.owner.socket().await;
        socket.subscribe(&live(), json!({ "period": period })).await;
        assert_eq!(socket.error_code().await, "BAD_REQUEST");
    }
    for period in [
        json!({}),
        json!({ "from": "-P400D" }),
        json!({ "to": "P1D" }),
        json!({ "from": "-PT1H", "to": "PT0S" }),
    ] {
        assert_eq!(ask(&desk.owner, json!({ "period": period })).await.code(), "", "{period}");
    }
});

on_both!(what_a_key_may_not_read_it_cannot_count, async |desk: Desk| {
    let key = desk.key(&["TICKETS_READ"]).await;
    let phone = json!({ "where": { "contact": { "phone": { "startsWith": "+39" } } } });
    ask(&key, phone.clone()).await.must_be("FORBIDDEN");
    let mut socket = key.socket().await;
    socket.subscribe(&live(), phone).await;
    assert_eq!(socket.error_code().await, "FORBIDDEN");
    assert_eq!(ask(&key, json!({})).await.code(), "");
    let stranger = desk.key(&["CONTACTS_READ"]).await;
    ask(&stranger, json!({})).await.must_be("FORBIDDEN");
    ask(&stranger, json!({ "period": { "from": "nonsense" } })).await.must_be("FORBIDDEN");
});

on_both!(another_account_is_not_counted, async |desk: Desk| {
    let neighbour = desk.neighbour().await;
    neighbour.opens_with(json!({ "title": "theirs", "category": "Theirs" })).await;
    desk.owner.opens("ours").await;
    for arguments in [json!({}), json!({ "search": "ours OR theirs" })] {
        let answer = statistics(&desk.owner, &arguments).await;
        assert_eq!(
            (&answer["openCount"], answer["openByCategory"].as_array().map(Vec::len)),
            (&json!(1), Some(1))
        );
    }
});

on_both!(wrong_counters_are_found_and_mended, async |desk: Desk| {
    let ticket = desk.owner.opens_with(json!({ "title": "x", "category": "Lamps" })).await;
    desk.owner.updates(&ticket["id"], json!({ "statusId": desk.owner.status("closed").await })).await;
    desk.owner.opens("open").await;
    let right = statistics(&desk.owner, &json!({})).await;
    let database = desk.database.connect().await;
    for spoil in [
        "UPDATE log_head SET open_medium = open_medium + 1",
        "UPDATE ticket_count SET open_tickets = open_tickets + 2 WHERE dimension = 0",
        "UPDATE ticket_count SET tickets = tickets - 1 WHERE dimension = 1",
        "DELETE FROM ticket_count WHERE dimension = 2",
        "UPDATE ticket_day SET closed = closed + 1",
    ] {
        assert_eq!(domain::check(desk.store()).await.expect("a check"), []);
        database.execute_unprepared(spoil).await.expect(spoil);
        let wrong = domain::check(desk.store()).await.expect("a check");
        assert!(wrong.len() == 1 && wrong[0].account_id.to_string() == desk.account_id, "{spoil}: {wrong:?}");
        assert!(!wrong[0].differences.is_empty());
        assert_eq!(domain::recount_all(desk.store()).await.expect("a recount"), 1);
    }
    assert_eq!(told(&statistics(&desk.owner, &json!({})).await), told(&right));
    database.close().await.expect("closed");
});

on_both!(tickets_of_an_older_version_are_counted, async |desk: Desk| {
    let uncount = "UPDATE log_head SET count_zone = NULL, open_low = 0, open_medium = 7, open_high = 0, open_urgent = 0";
    let database = desk.database.connect().await;
    desk.owner.opens_with(json!({ "title": "x", "category": "Lamps" })).await;
    let forget = async || {
        for sql in [uncount, "DELETE FROM ticket_count", "DELETE FROM ticket_day"] {
            database.execute_unprepared(sql).await.expect(sql);
        }
    };
    // By whoever asks first, by whoever writes first, and at the start.
    forget().await;
    assert_eq!(statistics(&desk.owner, &json!({})).await["openCount"], 1);
    forget().await;
    desk.owner.opens("y").await;
    assert_eq!(domain::check(desk.store()).await.expect("a check"), []);
    assert_eq!(statistics(&desk.owner, &json!({})).await["openCount"], 2);
    forget().await;
    let list = desk.owner.read("{ ticketCategories { nodes { ticketCount } } }", json!({})).await;
    assert_eq!(list["ticketCategories"]["nodes"], json!([{ "ticketCount": 1 }]));
    forget().await;
    database.close().await.expect("closed");
    let desk = desk.restart().await;
    assert_eq!(domain::check(desk.store()).await.expect("a check"), []);
    assert_eq!(domain::count_uncounted(desk.store()).await.expect("a count"), 0);
});
