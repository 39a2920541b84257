//! A gate whose credentials say what it does.

use std::{future::Future, net::IpAddr, sync::Arc, time::Duration};

use async_graphql::{Request, Variables};
use sportello_document::Operation;
use sportello_transport::{Company, Gate, Rejection, RetryAfter};
use tokio_util::sync::CancellationToken;

/// Those that begin with `Bearer team` share what they watch with their team, the word up to the hyphen.
/// Credentials: none, `Bearer good`, `Bearer bad`, `Bearer down`, `Bearer slow`, `Bearer greedy`.
#[derive(Clone, Default)]
pub(crate) struct TestGate {
    /// Cancelled: everybody's rights end.
    pub(crate) revocation: CancellationToken,
}

/// The credential, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Caller(pub(crate) String, pub(crate) IpAddr);

impl Gate for TestGate {
    type Identity = Caller;

    async fn admit(&self, authorization: Option<&str>, peer: IpAddr) -> Result<Caller, Rejection> {
        match authorization {
            Some("Bearer bad") => Err(Rejection::Unauthenticated("This token has expired.".to_owned())),
            Some("Bearer down") => Err(Rejection::Unavailable("The database is down.".to_owned())),
            Some("Bearer slow") => std::future::pending().await,
            other => Ok(Caller(other.unwrap_or("anonymous").to_owned(), peer)),
        }
    }

    fn count(&self, caller: &Caller) -> Result<(), RetryAfter> {
        if caller.0 == "Bearer greedy" { Err(RetryAfter(Duration::from_millis(1500))) } else { Ok(()) }
    }

    fn equip(&self, caller: &Caller, request: Request) -> Request {
        request.data(caller.clone())
    }

    fn company(&self, caller: &Caller, _: Operation<'_>, _: &Variables) -> Option<Company> {
        let (team, _) = caller.0.split_once('-').filter(|(team, _)| team.starts_with("Bearer team"))?;
        let shared = Caller(team.to_owned(), caller.1);
        Some(Company {
            rights: team.to_owned(),
            resume_variable: Some("after".to_owned()),
            equip: Arc::new(move |request| request.data(shared.clone())),
        })
    }

    fn ended(&self, _: Caller) -> impl Future<Output = ()> + Send + 'static {
        self.revocation.clone().cancelled_owned()
    }

    fn key(&self, caller: &Caller) -> String {
        caller.0.clone()
    }
}
