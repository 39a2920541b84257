//! async-graphql executes a prepared document as it executes the text, and its own print of a schema is understood.

use async_graphql::{
    Context, EmptySubscription, Enum, Error, ErrorExtensions, InputObject, Interface, Json, Object,
    OneofObject, Request, Schema, SimpleObject, Union, Value, Variables,
};
use futures_util::FutureExt;
use serde_json::json;
use sportello_document::{Documents, Limits};

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum Priority {
    Low,
    #[graphql(deprecation = "Say LOW.")]
    Lower,
}

#[derive(OneofObject)]
enum TicketBy {
    Id(async_graphql::ID),
    Reference(String),
}

#[derive(InputObject)]
struct Filter {
    /// A "quoted" description.
    texts: Vec<String>,
    #[graphql(default_with = "Priority::Low")]
    priority: Priority,
    and: Option<Vec<Filter>>,
}

#[derive(SimpleObject)]
struct User {
    id: async_graphql::ID,
    name: String,
}

#[derive(SimpleObject)]
struct Key {
    id: async_graphql::ID,
    prefix: String,
}

#[derive(Interface)]
#[graphql(field(name = "id", ty = "&async_graphql::ID"))]
enum Node {
    User(User),
    Key(Key),
}

#[derive(Union)]
enum Actor {
    User(User),
    Key(Key),
}

struct Query;

#[Object]
impl Query {
    async fn node(&self, id: async_graphql::ID) -> Node {
        Node::Key(Key { id, prefix: "spk".to_owned() })
    }

    async fn actor(&self) -> Actor {
        Actor::User(User { id: "u".into(), name: "Ada".to_owned() })
    }

    async fn ticket(&self, by: TicketBy) -> String {
        match by {
            TicketBy::Id(id) => format!("id {}", id.as_str()),
            TicketBy::Reference(reference) => format!("reference {reference}"),
        }
    }

    async fn filtered(&self, filter: Filter) -> String {
        let nested = filter.and.map_or(0, |and| and.len());
        format!("{} {} {nested}", filter.texts.join("|"), filter.priority == Priority::Low)
    }

    async fn echo(
        &self,
        json: Option<Json<Value>>,
        number: Option<f64>,
        #[graphql(default = 7)] size: i32,
    ) -> Option<Json<Value>> {
        let _ = (number, size);
        json
    }

    async fn fails(&self, _context: &Context<'_>) -> Result<i32, Error> {
        Err(Error::new("no").extend_with(|_, extensions| extensions.set("code", "INTERNAL")))
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn add(&self, numbers: Vec<i32>) -> i32 {
        numbers.iter().sum()
    }
}

fn answer(schema: &Schema<Query, Mutation, EmptySubscription>, request: Request) -> serde_json::Value {
    let response = schema.execute(request).now_or_never().expect("nothing waits");
    serde_json::to_value(response).expect("a response is JSON")
}

#[test]
fn prepared_documents_are_executed_like_their_text() {
    let schema = Schema::new(Query, Mutation, EmptySubscription);
    let documents =
        Documents::try_new(&schema.sdl(), Limits::default()).expect("async-graphql prints valid schemas");
    for (source, variables) in [
        (
            "{ node(id: 5) { __typename id ... on Key { p: prefix } } actor { ... on User { name } } }",
            json!({}),
        ),
        (
            "query A($f: Boolean!) { actor { ...F @skip(if: $f) __typename } } fragment F on User { id }",
            json!({"f": true}),
        ),
        ("query ($r: String!) { ticket(by: {reference: $r}) }", json!({"r": "T-1"})),
        ("query ($by: TicketBy!) { ticket(by: $by) }", json!({"by": {"id": "x"}})),
        (
            "{ filtered(filter: {texts: [\"a\\n\\u00e8\", \"\"\"\n  block\n   more\n\"\"\"], and: [{texts: \"x\", priority: LOWER}]}) }",
            json!({}),
        ),
        ("query ($f: Filter!) { filtered(filter: $f) }", json!({"f": {"texts": "one", "and": []}})),
        (
            "query ($n: Float = 1.5, $j: JSON = {a: [1, -2.5e3, null, true, X, \"s\"]}) { echo(json: $j, number: $n) }",
            json!({}),
        ),
        ("{ echo(json: 123456789012345678901234567890) }", json!({})),
        ("{\n  actor { __typename }\n  è: fails }".replace('è', "e").leak(), json!({})),
        ("mutation { a: add(numbers: [1, 2]) b: add(numbers: 3) }", json!({})),
        ("{ __schema { types { name isOneOf inputFields { defaultValue } } } }", json!({})),
    ] {
        let document = documents.prepare(source).unwrap_or_else(|refusal| panic!("{source}: {refusal:?}"));
        let operation = document.operation(None).expect("the only one");
        operation
            .check(variables.as_object().expect("an object"))
            .unwrap_or_else(|refusal| panic!("{source}: {refusal:?}"));
        let request = |text: &str| Request::new(text).variables(Variables::from_json(variables.clone()));
        let mut prepared = request("");
        prepared.set_parsed_query(operation.executable());
        assert_eq!(answer(&schema, prepared), answer(&schema, request(source)), "{source}");
    }
}

#[test]
fn escapes_that_its_own_parser_gets_wrong_are_executed() {
    let schema = Schema::new(Query, Mutation, EmptySubscription);
    let documents = Documents::try_new(&schema.sdl(), Limits::default()).expect("valid");
    let document =
        documents.prepare(r#"{ echo(json: ["\uD83D\uDE00 \u{1F600}", """ \""" """]) }"#).expect("valid");
    let mut request = Request::new("");
    request.set_parsed_query(document.executable());
    assert_eq!(answer(&schema, request), json!({"data": {"echo": ["😀 😀", " \"\"\" "]}}));
}

#[test]
fn schemas_that_contradict_themselves_are_refused() {
    for sdl in [
        "",
        "type Query {",
        "type Query { a: Nothing }",
        "type Query implements Node { a: Int } interface Node { id: ID! }",
    ] {
        let error =
            Documents::try_new(sdl, Limits::default()).err().unwrap_or_else(|| panic!("accepted {sdl}"));
        assert!(error.to_string().starts_with("the schema is not valid"), "{error}");
    }
}
