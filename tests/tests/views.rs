//! Views: searches that people keep for themselves or share.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use serde_json::{Value as Json, json};
use sportello_tests::{Client, Desk, on_both};

const VIEW: &str = "id name search orderBy { field direction } isShared owner { id }";

async fn saves(client: &Client, input: Json) -> Json {
    client.does("ticketViewSave", &format!("view {{ {VIEW} }}"), input).await["view"].clone()
}

async fn names(client: &Client) -> Vec<String> {
    let views = client.read("{ ticketViews { name } }", json!({})).await["ticketViews"].clone();
    let views = views.as_array().expect("a list").iter();
    views.map(|view| view["name"].as_str().expect("a name").to_owned()).collect()
}

/// The titles of the tickets of a view, found as a node.
async fn tickets(client: &Client, view: &Json) -> Vec<String> {
    let document = "query($id: ID!) { node(id: $id) { ... on TicketView { tickets(first: 5) { totalCount nodes { title } } } } }";
    let list = client.read(document, json!({ "id": view["id"] })).await["node"]["tickets"].clone();
    let nodes = list["nodes"].as_array().expect("a list").iter();
    let titles: Vec<_> = nodes.map(|node| node["title"].as_str().expect("a title").to_owned()).collect();
    assert_eq!(list["totalCount"], titles.len());
    titles
}

on_both!(a_view_is_kept_changed_and_deleted, async |desk: Desk| {
    let owner = &desk.owner;
    for title in ["b", "a", "c"] {
        owner.opens_with(json!({ "title": title, "assigneeId": owner.id })).await;
    }
    let events = owner.log().await.len();
    let order = json!([{ "field": "TITLE", "direction": "ASC" }]);
    let input = json!({ "name": " Mine ", "search": " is:mine -c ", "orderBy": order });
    let view = saves(owner, input).await;
    assert_eq!(view["name"], "Mine");
    assert_eq!(view["search"], "is:mine -c");
    assert_eq!(view["orderBy"], order);
    assert_eq!((&view["isShared"], &view["owner"]["id"]), (&json!(false), &json!(owner.id)));
    assert_eq!(tickets(owner, &view).await, ["a", "b"]);

    let changed =
        saves(owner, json!({ "id": view["id"], "name": "All mine", "search": "is:mine", "isShared": true }))
            .await;
    assert_eq!(
        (&changed["id"], &changed["orderBy"], &changed["isShared"]),
        (&view["id"], &order, &json!(true))
    );
    assert_eq!(tickets(owner, &changed).await, ["a", "b", "c"]);
    let changed =
        saves(owner, json!({ "id": view["id"], "name": "All", "search": "", "orderBy": null })).await;
    assert_eq!((&changed["orderBy"], &changed["isShared"]), (&json!([]), &json!(false)));
    assert_eq!(names(owner).await, ["All"]);

    let deleted = owner.does("ticketViewDelete", "view { id }", json!({ "id": view["id"] })).await;
    assert_eq!(deleted["view"]["id"], view["id"]);
    assert_eq!(names(owner).await, Vec::<String>::new());
    assert_eq!(owner.is_refused("ticketViewDelete", json!({ "id": view["id"] })).await, "NOT_FOUND id");
    assert_eq!(owner.log().await.len(), events, "views are not in the log");
});

on_both!(what_no_view_can_be, async |desk: Desk| {
    let owner = &desk.owner;
    for (input, refusal) in [
        (json!({ "name": " ", "search": "" }), "REQUIRED name"),
        (json!({ "name": "x".repeat(61), "search": "" }), "TOO_LONG name"),
        (json!({ "name": "x", "search": "x".repeat(1001) }), "TOO_LONG search"),
        (json!({ "name": "x", "search": "a\u{0}b" }), "INVALID search"),
        (json!({ "name": "x", "search": "(a" }), "INVALID search"),
        (json!({ "name": "x", "search": "status:nowhere" }), "INVALID search"),
        (
            json!({ "name": "x", "search": "", "orderBy": [{ "field": "RELEVANCE" }] }),
            "INVALID orderBy.0.field",
        ),
        (
            json!({ "name": "x", "search": "", "orderBy": [{ "field": "TITLE" }, { "field": "TITLE" }] }),
            "INVALID orderBy.1.field",
        ),
        (json!({ "id": "nonsense", "name": "x", "search": "" }), "NOT_FOUND id"),
    ] {
        assert_eq!(owner.is_refused("ticketViewSave", input.clone()).await, refusal, "{input}");
    }
    assert_eq!(names(owner).await, Vec::<String>::new());
});

on_both!(views_are_ones_own_or_shared, async |desk: Desk| {
    let viewer = desk.person("VIEWER").await;
    let operator = desk.person("OPERATOR").await;
    let admin = desk.person("ADMIN").await;
    let save = async |client: &Client, input: Json| {
        let answer = client.attempt("ticketViewSave", "view { id }", input).await;
        let refused =
            answer.body["data"]["ticketViewSave"]["userErrors"][0]["code"].as_str().unwrap_or_default();
        if answer.code().is_empty() { refused.to_owned() } else { answer.code().to_owned() }
    };
    let input = |id: &Json, name: &str, is_shared: bool| {
        let mut input = json!({ "name": name, "search": "is:mine", "isShared": is_shared });
        if !id.is_null() {
            input["id"] = id.clone();
        }
        input
    };
    let private = saves(&viewer, input(&Json::Null, "viewer's", false)).await["id"].clone();
    assert_eq!(save(&viewer, input(&Json::Null, "x", true)).await, "FORBIDDEN");
    let shared = saves(&operator, input(&Json::Null, "operator's", true)).await["id"].clone();
    assert_eq!(names(&viewer).await, ["viewer's", "operator's"]);
    assert_eq!(names(&operator).await, ["operator's"]);
    for client in [&operator, &admin, &desk.owner] {
        assert_eq!(save(client, input(&private, "x", false)).await, "NOT_FOUND");
    }
    assert_eq!(save(&viewer, input(&shared, "x", false)).await, "FORBIDDEN");
    let others = saves(&admin, input(&Json::Null, "admin's", true)).await["id"].clone();
    assert_eq!(save(&operator, input(&others, "x", true)).await, "FORBIDDEN");
    assert_eq!(save(&admin, input(&shared, "changed", true)).await, "");
    let owner_of = "query($id: ID!) { node(id: $id) { ... on TicketView { owner { id } name } } }";
    let read = admin.read(owner_of, json!({ "id": shared })).await["node"].clone();
    assert_eq!(read, json!({ "owner": { "id": operator.id }, "name": "changed" }));

    // Whose "mine" it is, is asked when it is read.
    desk.owner.opens_with(json!({ "title": "for the viewer", "assigneeId": viewer.id })).await;
    assert_eq!(tickets(&viewer, &json!({ "id": shared })).await, ["for the viewer"]);
    assert_eq!(tickets(&operator, &json!({ "id": shared })).await, Vec::<String>::new());

    let key = desk.key(&["TICKETS_WRITE"]).await;
    assert_eq!(names(&key).await, ["changed", "admin's"]);
    assert_eq!(save(&key, input(&Json::Null, "x", false)).await, "FORBIDDEN");
    let other = desk.key(&["CONTACTS_READ"]).await;
    other.ask("{ ticketViews { id } }", json!({})).await.must_be("FORBIDDEN");
    assert_eq!(names(&desk.neighbour().await).await, Vec::<String>::new());
});
