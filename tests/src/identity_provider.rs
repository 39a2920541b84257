//! A fake identity provider: keys that it publishes, and tokens that it signs.

use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, JwkSet},
};
use serde_json::{Value as Json, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method};

/// A private key of P-256 up to its number, as RFC 5958 and RFC 5915 write it.
const PKCS8: [u8; 35] = [
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
    0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04,
    0x20,
];

/// The provider.
pub struct IdentityProvider {
    server: MockServer,
}

impl IdentityProvider {
    /// Who its tokens are from.
    pub const ISSUER: &str = "https://id.example";
    /// Whom its tokens are for.
    pub const AUDIENCE: &str = "sportello";

    /// Starts one that publishes these keys.
    pub async fn open(keys: &[&str]) -> Self {
        let provider = Self { server: MockServer::start().await };
        provider.publish(keys).await;
        provider
    }

    /// From now on it publishes these keys.
    ///
    /// # Panics
    /// When a key cannot be made.
    pub async fn publish(&self, keys: &[&str]) {
        self.server.reset().await;
        let public = |name: &&str| {
            let mut jwk = Jwk::from_encoding_key(&private(name), Algorithm::ES256).expect("a public key");
            jwk.common.key_id = Some((*name).to_owned());
            jwk
        };
        let set = JwkSet { keys: keys.iter().map(public).collect() };
        Mock::given(method("GET"))
            .respond_with(ResponseTemplate::new(200).set_body_json(set))
            .mount(&self.server)
            .await;
    }

    /// Where its keys are.
    pub fn url(&self) -> String {
        format!("{}/keys", self.server.uri())
    }

    /// How often its keys were fetched since they were published.
    ///
    /// # Panics
    /// When nobody counts.
    pub async fn fetches(&self) -> usize {
        self.server.received_requests().await.expect("requests are counted").len()
    }

    /// What a good token says of somebody.
    pub fn claims(email: &str, expires_at: i64) -> Json {
        json!({ "iss": Self::ISSUER, "aud": Self::AUDIENCE, "sub": "42", "email": email, "email_verified": true,
            "exp": expires_at })
    }

    /// A token with these claims, signed with the key.
    ///
    /// # Panics
    /// When it cannot be signed.
    pub fn token(key: &str, claims: &Json) -> String {
        let header = Header { kid: Some(key.to_owned()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, claims, &private(key)).expect("a token")
    }
}

/// The same key for the same name.
fn private(name: &str) -> EncodingKey {
    let mut number = [1; 32];
    number[..name.len()].copy_from_slice(name.as_bytes());
    EncodingKey::from_ec_der(&[&PKCS8[..], &number].concat())
}
