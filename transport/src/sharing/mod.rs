//! One execution for all whose subscription is the same: the same document, variables and rights.
//!
//! A client begins alone. Once it has been told all that was before, it joins a group that goes on from there: what the
//! group's one execution gives is serialized once, and what remains for each member is a write to its socket, which the
//! group does itself. Whatever a group cannot give — an error, a client that is too slow, an item too far back — a member
//! gets by going alone again, from where it stands.

mod direct;
mod group;
mod groups;
mod member;
mod membership;
mod telling;

use std::sync::Arc;

use async_graphql::{Request, Variables};
use sportello_document::Document;

pub(crate) use self::{direct::Direct, group::Told, groups::Groups, member::Member};
use crate::{
    data::{Place, ResumeFrom},
    operation::Prepared,
};

/// On what terms a subscription may share its execution.
pub struct Company {
    /// What all who share have in common besides document and variables: whose data, and which rights.
    pub rights: String,
    /// The variable that says where each of them goes on, if there is one: it takes no part in what the same is.
    pub resume_variable: Option<String>,
    /// Puts into a request what resolvers need to know of the rights, and nothing of who asks.
    pub equip: Arc<dyn Fn(Request) -> Request + Send + Sync>,
}

/// What an execution is begun from, again and again.
pub(crate) struct Seed {
    key: Arc<str>,
    document: Arc<Document>,
    operation_name: Option<String>,
    variables: Variables,
    equip: Arc<dyn Fn(Request) -> Request + Send + Sync>,
}

impl Seed {
    pub(crate) fn new(prepared: &Prepared, company: Company) -> Self {
        let request = &prepared.request;
        let mut variables = request.variables.clone();
        if let Some(name) = &company.resume_variable {
            variables.remove(name.as_str());
        }
        let document = prepared.document().clone();
        let name = request.operation_name.as_deref().unwrap_or_default();
        let values = serde_json::to_string(&variables).expect("variables have only string keys");
        let key = [&company.rights, name, &values, document.source()].join("\n").into();
        let operation_name = request.operation_name.clone();
        Self { key, document, operation_name, variables, equip: company.equip }
    }

    /// The request for what follows after `place`.
    fn request(&self, place: &Place) -> Request {
        let operation = self.document.operation(self.operation_name.as_deref());
        let operation = operation.expect("the operation was there when it was prepared");
        let mut request = Request::new(String::new()).variables(self.variables.clone());
        request.operation_name.clone_from(&self.operation_name);
        request.set_parsed_query(operation.executable_with(|name| self.variables.contains_key(name)));
        (self.equip)(request.data(ResumeFrom(place.cursor.to_string())))
    }
}
