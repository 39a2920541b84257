//! Tokens of an identity provider: verified by its published keys, held against issuer and audience; the user is found by
//! e-mail address.

use jsonwebtoken::{Header, Validation};
use serde::Deserialize;
use serde_json::Value as Json;
use sportello_domain::{session::Credential, store::Store};
use sportello_entity::Timestamp;
use sportello_transport::Rejection;

use super::key_set::{KeySet, PublicKey};

/// How much the provider's clock may be ahead of ours.
const LEEWAY_SECONDS: i64 = 30;

/// One provider.
#[derive(Clone)]
pub(super) struct IdentityProvider {
    keys: KeySet,
    issuer: String,
    audience: String,
    store: Store,
}

#[derive(Deserialize)]
struct Claims {
    email: Option<String>,
    /// Some providers send it as a text.
    email_verified: Option<Json>,
    /// The id of the account to act in.
    account: Option<String>,
    /// Seconds since 1970; the RFC allows fractions.
    exp: f64,
    nbf: Option<f64>,
}

impl IdentityProvider {
    pub(super) fn new(keys: KeySet, issuer: String, audience: String, store: Store) -> Self {
        Self { keys, issuer, audience, store }
    }

    /// What the token says.
    ///
    /// # Errors
    /// Why it is not good; that the keys cannot be had.
    pub(super) async fn read(&self, token: &str, header: &Header) -> Result<Credential, Rejection> {
        let candidates = self.keys.candidates(header.kid.as_deref(), header.alg).await;
        let candidates = candidates.map_err(|_| {
            Rejection::Unavailable("The identity provider's keys cannot be had at the moment.".to_owned())
        })?;
        let claims = candidates.iter().find_map(|key| self.verified(token, key));
        let claims = claims.ok_or_else(|| {
            refused("This token was not signed by the identity provider for this desk: its signature, iss or aud is wrong.")
        })?;
        self.credential(claims)
    }

    fn verified(&self, token: &str, key: &PublicKey) -> Option<Claims> {
        let mut validation = Validation::default();
        validation.algorithms.clone_from(&key.algorithms);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        // By the desk's own clock instead, which tests can turn.
        validation.validate_exp = false;
        jsonwebtoken::decode::<Claims>(token, &key.key, &validation).ok().map(|data| data.claims)
    }

    fn credential(&self, claims: Claims) -> Result<Credential, Rejection> {
        let now = self.store.now();
        if claims.nbf.is_some_and(|start| moment(start) > now.plus_seconds(LEEWAY_SECONDS)) {
            return Err(refused("This token is not good yet (nbf)."));
        }
        let is_unverified = match &claims.email_verified {
            None | Some(Json::Bool(true)) => false,
            Some(Json::String(text)) => text != "true",
            Some(_) => true,
        };
        if is_unverified {
            return Err(refused("The e-mail address of this token is not verified (email_verified)."));
        }
        let email = claims.email.filter(|email| !email.trim().is_empty());
        let email = email.ok_or_else(|| refused("This token names no e-mail address (email)."))?;
        let account = claims.account.map(|id| id.parse()).transpose();
        let account_id =
            account.map_err(|_| refused("The claim account of this token is no account's id."))?;
        Ok(Credential::Identity {
            email_key: email.trim().to_lowercase(),
            account_id,
            expires_at: moment(claims.exp),
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a float beyond the range becomes its nearest end")]
fn moment(seconds: f64) -> Timestamp {
    Timestamp((seconds * 1000.0) as i64)
}

fn refused(sentence: &str) -> Rejection {
    Rejection::Unauthenticated(sentence.to_owned())
}
