//! From parameters to a request that may be executed.

use std::sync::Arc;

use async_graphql::Request;
use sportello_document::{Document, Documents, Operation, OperationKind};

use crate::{data::RequestId, error::Failure, operation::Parameters};

/// The kinds of operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Query,
    Mutation,
    Subscription,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Query => "query",
            Kind::Mutation => "mutation",
            Kind::Subscription => "subscription",
        }
    }
}

impl From<OperationKind> for Kind {
    fn from(kind: OperationKind) -> Self {
        match kind {
            OperationKind::Query => Kind::Query,
            OperationKind::Mutation => Kind::Mutation,
            OperationKind::Subscription => Kind::Subscription,
        }
    }
}

/// An operation that passed every check on its document and variables.
pub(crate) struct Prepared {
    pub(crate) kind: Kind,
    pub(crate) name: Option<String>,
    /// Without the document, which the executor takes by value: it is copied once the executor is asked.
    pub(crate) request: Request,
    document: Arc<Document>,
}

impl Prepared {
    /// The operation.
    pub(crate) fn operation(&self) -> Operation<'_> {
        let name = self.request.operation_name.as_deref();
        self.document.operation(name).expect("the operation was there when it was prepared")
    }

    /// What it stands in.
    pub(crate) fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// What the executor is asked.
    pub(crate) fn into_request(self) -> Request {
        let is_given = |name: &str| self.request.variables.contains_key(name);
        let executable = self.operation().executable_with(is_given);
        let mut request = self.request;
        request.set_parsed_query(executable);
        request
    }
}

/// Parses, validates and measures the document, and fits the variables to the operation.
pub(crate) fn prepare(
    documents: &Documents,
    mut parameters: Parameters,
    id: &RequestId,
) -> Result<Prepared, Failure> {
    let document = documents.prepare(&parameters.query)?;
    let operation = document.operation(parameters.operation_name.as_deref())?;
    operation.check(&parameters.variables)?;
    let (kind, name) = (Kind::from(operation.kind()), operation.name().map(str::to_owned));
    let variables = parameters.take_variables();
    let mut request = Request::new(parameters.query).variables(variables).data(id.clone());
    request.operation_name = parameters.operation_name;
    Ok(Prepared { kind, name, request, document })
}
