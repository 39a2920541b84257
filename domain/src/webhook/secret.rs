//! An endpoint's secrets: what its deliveries are signed with.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sportello_entity::{Timestamp, WebhookEndpointId, webhook_endpoint};

use crate::{Result, seal::Seal, store::Store};

/// What Standard Webhooks has secrets begin with.
const PREFIX: &str = "whsec_";
/// Of the 24 to 64 that it allows.
const BYTES: usize = 32;

/// An endpoint with a secret that is told this once.
#[derive(Clone, Debug)]
pub struct EndpointWithSecret {
    /// The endpoint.
    pub endpoint: webhook_endpoint::Model,
    /// `whsec_` and base64.
    pub secret: String,
}

/// The key of one HMAC-SHA256 signature.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(pub Vec<u8>);

/// A new secret as it is shown, and as the table keeps it.
pub(super) fn new(store: &Store, seal: &Seal, owner: WebhookEndpointId) -> Result<(String, String)> {
    let key: [u8; BYTES] = store.random();
    let sealed = seal.close(store, &owner.to_string(), &key)?;
    Ok((format!("{PREFIX}{}", STANDARD.encode(key)), sealed))
}

/// What a delivery at this moment is signed with: the secret, and the one before it while that is still good.
///
/// # Errors
/// INTERNAL when the server's secret is not the one that they were sealed with.
pub fn signing_keys(
    seal: &Seal,
    endpoint: &webhook_endpoint::Model,
    now: Timestamp,
) -> Result<Vec<SigningKey>> {
    let owner = endpoint.id.to_string();
    let is_good = endpoint.former_secret_until.is_some_and(|until| now < until);
    let former = endpoint.former_secret.as_ref().filter(|_| is_good);
    let sealed = std::iter::once(&endpoint.secret).chain(former);
    sealed.map(|sealed| seal.open(&owner, sealed).map(SigningKey)).collect()
}
