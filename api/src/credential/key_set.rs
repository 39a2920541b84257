//! An identity provider's public keys (JWK sets, RFC 7517): fetched, kept, and fetched again when a token names a key
//! that is not among them.

use std::{sync::Arc, time::Duration};

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use reqwest::Client;
use serde::Deserialize;
use sportello_domain::store::Store;
use sportello_entity::Timestamp;
use tokio::sync::Mutex;

/// Unknown keys cause at most one fetch in this time, or tokens that name none would be a way to attack the provider.
const PAUSE_SECONDS: i64 = 30;
/// A key that the provider withdraws is good no longer than this.
const AGE_SECONDS: i64 = 15 * 60;
const TIMEOUT: Duration = Duration::from_secs(5);
const MOST_BYTES: usize = 512 * 1024;
const RSA: [Algorithm; 6] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
];

/// The provider's keys. Cheap to clone: clones share what was fetched.
#[derive(Clone)]
pub(super) struct KeySet(Arc<Shared>);

struct Shared {
    url: String,
    client: Client,
    store: Store,
    fetched: Mutex<Fetched>,
}

#[derive(Default)]
struct Fetched {
    keys: Option<Arc<[PublicKey]>>,
    fetched_at: Timestamp,
    tried_at: Option<Timestamp>,
}

/// One key with what it may verify: that is a property of the key, never of the token.
#[derive(Clone)]
pub(super) struct PublicKey {
    id: Option<String>,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) key: DecodingKey,
}

/// The keys cannot be had at the moment.
#[derive(Debug)]
pub(super) struct KeysUnavailable;

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

impl KeySet {
    /// # Errors
    /// A sentence when there can be no HTTP client.
    pub(super) fn try_new(url: String, store: Store) -> Result<Self, reqwest::Error> {
        let client = Client::builder().timeout(TIMEOUT).build()?;
        Ok(Self(Arc::new(Shared { url, client, store, fetched: Mutex::default() })))
    }

    /// The keys that a token with this header may have been signed with.
    pub(super) async fn candidates(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Vec<PublicKey>, KeysUnavailable> {
        let now = self.0.store.now();
        let mut fetched = self.0.fetched.lock().await;
        let known = fetched.fitting(id, algorithm);
        let is_old = fetched.fetched_at.plus_seconds(AGE_SECONDS) <= now;
        let may_try = fetched.tried_at.is_none_or(|tried| tried.plus_seconds(PAUSE_SECONDS) <= now);
        if (!known.is_empty() && !is_old) || !may_try {
            return fetched.keys.as_ref().map(|_| known).ok_or(KeysUnavailable);
        }
        fetched.tried_at = Some(now);
        match self.fetch().await {
            Ok(keys) => {
                fetched.keys = Some(keys);
                fetched.fetched_at = now;
            }
            Err(error) => tracing::warn!(%error, "the identity provider's keys could not be fetched"),
        }
        let known = fetched.fitting(id, algorithm);
        fetched.keys.as_ref().map(|_| known).ok_or(KeysUnavailable)
    }

    async fn fetch(&self) -> anyhow::Result<Arc<[PublicKey]>> {
        let mut response = self.0.client.get(&self.0.url).send().await?.error_for_status()?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            anyhow::ensure!(body.len() + chunk.len() <= MOST_BYTES, "the key set is too large");
            body.extend_from_slice(&chunk);
        }
        let document: Document = serde_json::from_slice(&body)?;
        // A kind of key that we do not know must not keep us from the others.
        let known = document.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        Ok(known.filter_map(|key| PublicKey::of(&key)).collect())
    }
}

impl Fetched {
    /// The key of that id; all that can have signed it, where the token names none.
    fn fitting(&self, id: Option<&str>, algorithm: Algorithm) -> Vec<PublicKey> {
        let keys = self.keys.iter().flat_map(|keys| keys.iter());
        let fits = |key: &&PublicKey| {
            key.algorithms.contains(&algorithm) && id.is_none_or(|id| key.id.as_deref() == Some(id))
        };
        keys.filter(fits).cloned().collect()
    }
}

impl PublicKey {
    /// None for keys that verify no signatures that we take; shared secrets above all.
    fn of(jwk: &Jwk) -> Option<Self> {
        if jwk.common.public_key_use.as_ref().is_some_and(|purpose| *purpose != PublicKeyUse::Signature) {
            return None;
        }
        let possible: &[Algorithm] = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => &RSA,
            AlgorithmParameters::EllipticCurve(curve) => match curve.curve {
                EllipticCurve::P256 => &[Algorithm::ES256],
                EllipticCurve::P384 => &[Algorithm::ES384],
                EllipticCurve::P521 | EllipticCurve::Ed25519 => return None,
            },
            AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
                &[Algorithm::EdDSA]
            }
            AlgorithmParameters::OctetKeyPair(_) | AlgorithmParameters::OctetKey(_) => return None,
        };
        let stated = jwk.common.key_algorithm;
        let may_be = |algorithm: &Algorithm| stated.is_none_or(|stated| is_named(*algorithm, stated));
        let algorithms: Vec<_> = possible.iter().copied().filter(may_be).collect();
        let key = DecodingKey::from_jwk(jwk).ok().filter(|_| !algorithms.is_empty())?;
        Some(Self { id: jwk.common.key_id.clone(), algorithms, key })
    }
}

fn is_named(algorithm: Algorithm, stated: KeyAlgorithm) -> bool {
    stated.to_string() == format!("{algorithm:?}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn algorithms(jwk: serde_json::Value) -> Vec<Algorithm> {
        let jwk = serde_json::from_value(jwk).expect("a JWK");
        PublicKey::of(&jwk).map(|key| key.algorithms).unwrap_or_default()
    }

    #[test]
    fn what_a_key_verifies_is_its_own_matter() {
        let rsa = |more: serde_json::Value| {
            let mut key = json!({"kty": "RSA", "n": "sXchDaQebSXKcXAh", "e": "AQAB"});
            key.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            algorithms(key)
        };
        assert_eq!(rsa(json!({})), RSA);
        assert_eq!(rsa(json!({"alg": "RS256", "use": "sig"})), [Algorithm::RS256]);
        assert!(rsa(json!({"use": "enc"})).is_empty());
        assert!(rsa(json!({"alg": "HS256"})).is_empty());
        assert!(algorithms(json!({"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"})).is_empty());
        let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
        let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
        assert_eq!(algorithms(json!({"kty": "EC", "crv": "P-256", "x": x, "y": y})), [Algorithm::ES256]);
        assert!(algorithms(json!({"kty": "EC", "crv": "P-256", "alg": "ES384", "x": x, "y": y})).is_empty());
        assert_eq!(algorithms(json!({"kty": "OKP", "crv": "Ed25519", "x": x})), [Algorithm::EdDSA]);
    }
}
