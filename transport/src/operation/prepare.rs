//! From parameters to a request that may be executed.

use async_graphql::Request;
use sportello_document::{Documents, OperationKind};

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
    pub(crate) request: Request,
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
    let executable = operation.executable_with(&parameters.variables);
    let variables = parameters.take_variables();
    let mut request = Request::new(parameters.query).variables(variables).data(id.clone());
    request.operation_name = parameters.operation_name;
    request.set_parsed_query(executable);
    Ok(Prepared { kind, name, request })
}
