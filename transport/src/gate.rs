//! Who may ask, and until when.

use std::{future::Future, net::IpAddr, time::Duration};

use async_graphql::{Request, Variables};
use sportello_document::Operation;

use crate::sharing::Company;

/// Decides who may ask. The transport hands credentials through and never looks into them.
pub trait Gate: Clone + Send + Sync + 'static {
    /// Who asks, as the gate sees it.
    type Identity: Clone + Send + Sync + 'static;

    /// Tells who presents this credential.
    ///
    /// `authorization` is the value of the HTTP header, or of `authorization` (or `Authorization`) in the payload
    /// of `connection_init`; `None` is an anonymous client, which may be let in.
    fn admit(
        &self,
        authorization: Option<&str>,
        peer: IpAddr,
    ) -> impl Future<Output = Result<Self::Identity, Rejection>> + Send;

    /// Counts one request: an HTTP request, or an operation on a WebSocket.
    ///
    /// # Errors
    /// When the identity has asked too often: after how long it may ask again.
    fn count(&self, identity: &Self::Identity) -> Result<(), RetryAfter>;

    /// Puts what resolvers need to know about the identity into the request.
    fn equip(&self, identity: &Self::Identity, request: Request) -> Request;

    /// On what terms this subscription, which has passed every check, may share its execution with others. None: it
    /// runs for this client alone.
    fn company(&self, _: &Self::Identity, _: Operation<'_>, _: &Variables) -> Option<Company> {
        None
    }

    /// Resolves when the identity's rights ended or changed. Its streams end then: a WebSocket closes with 4403,
    /// the others get an UNAUTHENTICATED error. Pending for ever where rights cannot end.
    fn ended(&self, identity: Self::Identity) -> impl Future<Output = ()> + Send + 'static;

    /// One key a credential, under which its sockets are counted. For an anonymous client: its address.
    fn key(&self, identity: &Self::Identity) -> String;
}

/// Why a credential does not get in. The message is a sentence for the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The credential was presented, but is not, or no longer, good: HTTP 401, WebSocket 4403.
    Unauthenticated(String),
    /// Nobody can tell at the moment, since what knows is down: HTTP 503, WebSocket 1013.
    Unavailable(String),
}

/// The time after which a client that asked too often may ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub Duration);
