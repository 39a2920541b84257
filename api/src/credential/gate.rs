//! The gate of the endpoint: `Bearer <access token>` or `Bearer spk_…` becomes an actor; nothing at all is somebody
//! anonymous, who may sign in.

use std::{
    future::{self, Future},
    net::IpAddr,
    sync::Arc,
};

use anyhow::{Context, Result};
use async_graphql::{Request, Variables};
use futures_util::future::Either;
use jsonwebtoken::Algorithm;
use sportello_document::Operation;
use sportello_domain::{
    Error, Who, api_key,
    digest::digest,
    session::{Admitted, Authentication, Credential, Rights},
};
use sportello_transport::{Company, Gate, Rejection, RetryAfter};

use super::{AccessTokens, identity_provider::IdentityProvider, key_set::KeySet, rate::Rate};
use crate::{
    config::{Accounts, Settings},
    graphql::sharing::{self, Terms},
};

/// No credential is longer.
const MOST_BYTES: usize = 16 * 1024;

/// The client's address, in every request's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// Who asks: somebody with rights, or somebody anonymous.
#[derive(Clone, Debug)]
pub struct Identity {
    peer: IpAddr,
    admitted: Option<Arc<Admitted>>,
}

/// Keeps the gate. Cheap to clone.
#[derive(Clone)]
pub struct Keeper {
    rights: Rights,
    tokens: AccessTokens,
    provider: Option<IdentityProvider>,
    rate: Rate,
}

impl Keeper {
    /// Takes tokens of ours, API keys, and tokens of an identity provider where one is configured.
    ///
    /// # Errors
    /// A sentence: a provider needs its issuer and audience.
    pub fn try_new(
        settings: &Settings,
        authentication: &Authentication,
        tokens: &AccessTokens,
    ) -> Result<Self> {
        Ok(Self {
            rights: authentication.rights().clone(),
            tokens: tokens.clone(),
            provider: provider(&settings.accounts, authentication)?,
            rate: Rate::new(settings.graphql.rate_limit_per_minute),
        })
    }

    async fn credential(&self, authorization: &str) -> Result<Credential, Rejection> {
        let refused = |sentence: &str| Rejection::Unauthenticated(sentence.to_owned());
        let token = authorization.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"));
        let token = token.map(|(_, token)| token.trim()).filter(|token| token.len() <= MOST_BYTES);
        let token = token.ok_or_else(|| refused("Send Authorization: Bearer <access token or API key>."))?;
        if token.starts_with(api_key::PREFIX) {
            return Ok(Credential::ApiKey { secret_hash: digest(token) });
        }
        let unknown = || refused("This token is none of this desk's, or was changed: sign in again.");
        if let Some(provider) = &self.provider {
            // The header only says whom to ask; each of them takes its own algorithms and nothing else.
            let header = jsonwebtoken::decode_header(token).map_err(|_| unknown())?;
            if header.alg != Algorithm::HS256 {
                return provider.read(token, &header).await;
            }
        }
        self.tokens.read(token).ok_or_else(unknown)
    }
}

impl Gate for Keeper {
    type Identity = Identity;

    async fn admit(&self, authorization: Option<&str>, peer: IpAddr) -> Result<Identity, Rejection> {
        let Some(authorization) = authorization else { return Ok(Identity { peer, admitted: None }) };
        let credential = self.credential(authorization).await?;
        let admitted = self.rights.resolve(&credential).await.map_err(rejection)?;
        Ok(Identity { peer, admitted: Some(admitted) })
    }

    fn count(&self, identity: &Identity) -> Result<(), RetryAfter> {
        self.rate.count(&self.key(identity))
    }

    fn equip(&self, identity: &Identity, request: Request) -> Request {
        let request = request.data(Peer(identity.peer));
        match &identity.admitted {
            Some(admitted) => request.data(admitted.actor.clone()),
            None => request,
        }
    }

    fn company(
        &self,
        identity: &Identity,
        subscription: Operation<'_>,
        variables: &Variables,
    ) -> Option<Company> {
        let actor = identity.admitted.as_ref()?.actor.anybody()?;
        let Terms { resume_variable } = sharing::terms(subscription, variables)?;
        Some(Company {
            rights: format!("{actor:?}"),
            resume_variable,
            equip: Arc::new(move |request| request.data(actor.clone())),
        })
    }

    fn ended(&self, identity: Identity) -> impl Future<Output = ()> + Send + 'static {
        match identity.admitted {
            Some(admitted) => Either::Left(self.rights.ended(admitted)),
            None => Either::Right(future::pending()),
        }
    }

    fn key(&self, identity: &Identity) -> String {
        let Some(admitted) = &identity.admitted else { return identity.peer.to_string() };
        match &admitted.actor.who {
            Who::User { session_id: Some(session), .. } => session.to_string(),
            Who::User { id, .. } => id.to_string(),
            Who::ApiKey { id, .. } => id.to_string(),
            Who::Automation(id) => id.to_string(),
            Who::Contact(id) => id.to_string(),
            Who::System => "system".to_owned(),
        }
    }
}

fn provider(accounts: &Accounts, authentication: &Authentication) -> Result<Option<IdentityProvider>> {
    let Some(url) = &accounts.jwks_url else { return Ok(None) };
    let needed = "SPORTELLO_JWKS_URL (accounts.jwks_url) needs SPORTELLO_JWT_ISSUER and SPORTELLO_JWT_AUDIENCE too: \
                  a token for another service must not open this desk";
    let issuer = accounts.jwt_issuer.clone().context(needed)?;
    let audience = accounts.jwt_audience.clone().context(needed)?;
    let store = authentication.store().clone();
    let keys =
        KeySet::try_new(url.clone(), store.clone()).context("the identity provider cannot be asked")?;
    Ok(Some(IdentityProvider::new(keys, issuer, audience, store)))
}

fn rejection(error: Error) -> Rejection {
    match error {
        Error::Unauthenticated(sentence) => Rejection::Unauthenticated(sentence),
        other => {
            tracing::error!(error = %other, "a credential could not be looked up");
            Rejection::Unavailable("Nobody can tell at the moment who you are: try again.".to_owned())
        }
    }
}
