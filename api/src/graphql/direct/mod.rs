//! Pages of tickets, written straight to JSON: the direct road.
//!
//! A page goes through some thousand resolvers, and they cost more than the reading. Here the selection of a document
//! becomes a plan once, and rows are written by it. What the plan does not know, and whatever ends in an error, is left
//! to the resolvers: they alone say what the schema means, and the direct road says the same or nothing
//! (docs/decisions/0008).

mod actor;
mod arguments;
mod collect;
mod contact;
mod json;
mod neighbour;
mod page;
mod plan;
mod selected;
mod ticket;
mod user;

use std::any::TypeId;

use async_graphql::{Request, Variables};
use futures_util::{FutureExt, future::BoxFuture};
use sportello_document::Operation;
use sportello_domain::Actor;
use sportello_transport::Shortcut;

use self::{
    collect::{Collector, Unplanned},
    plan::Plan,
};
use crate::graphql::Desk;

/// The direct road on this desk.
pub struct DirectRoad(Desk);

impl DirectRoad {
    /// Reads and writes what the schema that is served from the same desk would.
    pub fn new(desk: Desk) -> Self {
        Self(desk)
    }
}

impl Shortcut for DirectRoad {
    fn answer<'a>(&'a self, query: Operation<'a>, request: &'a Request) -> BoxFuture<'a, Option<Vec<u8>>> {
        async move {
            let actor = request.data.get(&TypeId::of::<Actor>())?.downcast_ref()?;
            let variables = &request.variables;
            match query.kept(|| Kept::of(query))? {
                Kept::Plan(plan) => plan.answer(&self.0, actor, query, variables).await,
                Kept::ByVariables => {
                    let plan = plan_of(query, Some(variables)).ok()?;
                    plan.answer(&self.0, actor, query, variables).await
                }
                Kept::Unknown => None,
            }
        }
        .boxed()
    }
}

/// What is known of a document's operation.
enum Kept {
    Plan(Plan),
    /// What is selected depends on variables: planned for each request.
    ByVariables,
    Unknown,
}

impl Kept {
    fn of(operation: Operation<'_>) -> Self {
        match plan_of(operation, None) {
            Ok(plan) => Self::Plan(plan),
            Err(Unplanned::NeedsVariables) => Self::ByVariables,
            Err(Unplanned::Unknown) => Self::Unknown,
        }
    }
}

fn plan_of(operation: Operation<'_>, given: Option<&Variables>) -> Result<Plan, Unplanned> {
    let definition = operation.definition().ok_or(Unplanned::Unknown)?;
    Plan::of(&Collector::new(definition, operation.fragments(), given), definition)
}

#[cfg(test)]
mod tests {
    use async_graphql::Variables;
    use serde_json::json;
    use sportello_document::{Documents, Limits};

    use super::*;
    use crate::graphql::sdl;

    /// How an operation is planned: at once, by its variables, or not at all.
    fn planned(documents: &Documents, source: &str) -> &'static str {
        let document = documents.prepare(source).unwrap_or_else(|refusal| panic!("{source}: {refusal}"));
        match Kept::of(document.operation(None).expect("one operation")) {
            Kept::Plan(_) => "once",
            Kept::ByVariables => "by variables",
            Kept::Unknown => "no",
        }
    }

    #[test]
    fn knows_pages_of_tickets_and_what_they_point_at() {
        let documents = Documents::try_new(&sdl(), Limits::default()).expect("the schema is valid");
        for (source, expected) in [
            ("{ tickets { nodes { id } } }", "once"),
            (
                "{ __typename a: tickets { b: nodes { c: id } } ...F } fragment F on Query { __typename }",
                "once",
            ),
            ("{ tickets { nodes { id } } tickets { totalCount } }", "once"),
            (
                "query($n: Int) { tickets(first: $n) { edges { cursor node { ... on Node { id } } } } }",
                "once",
            ),
            ("{ tickets { nodes { openedBy { ... on Actor { __typename } ... on User { id } } } } }", "once"),
            ("{ tickets { nodes { id @skip(if: false) } } }", "once"),
            ("query($a: Boolean!) { tickets { nodes { id @skip(if: $a) } } }", "by variables"),
            ("{ tickets { nodes { id } } b: tickets { totalCount } }", "no"),
            ("{ tickets { nodes { id } } viewer { __typename } }", "no"),
            ("{ tickets { nodes { notes { totalCount } } } }", "no"),
            ("{ tickets { nodes { status { ticketCount } } } }", "no"),
            ("{ tickets { nodes { contact { tickets { totalCount } } } } }", "no"),
            ("{ __typename }", "no"),
        ] {
            assert_eq!(planned(&documents, source), expected, "{source}");
        }
    }

    #[test]
    fn what_variables_leave_out_is_not_read() {
        let documents = Documents::try_new(&sdl(), Limits::default()).expect("the schema is valid");
        let source =
            "query($a: Boolean!) { tickets { nodes { id ... @include(if: $a) { notes { totalCount } } } } }";
        let document = documents.prepare(source).expect("valid");
        let operation = document.operation(None).expect("one operation");
        let with = |a: bool| plan_of(operation, Some(&Variables::from_json(json!({ "a": a })))).is_ok();
        assert!(with(false) && !with(true));
    }
}
