//! Secrets that have to be read again — of webhooks, of channels — as the tables keep them: sealed with a key that only
//! the server's secret gives, so that a copy of the database alone opens none.
//!
//! XChaCha20-Poly1305 with a key by HKDF-SHA256 (RFC 5869). What a secret belongs to is sealed in as well, so that a
//! sealed text opens only in the row that it was made for.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use sha2::Sha256;

use crate::{Error, Result, store::Store};

/// What the key is for: another use of the server's secret gives another key.
const PURPOSE: &[u8] = b"sportello sealed secrets 1";
/// Stands before every sealed text, for the day on which there is a second form.
const VERSION: &str = "1.";
const NONCE_BYTES: usize = 24;

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub struct Seal {
    cipher: XChaCha20Poly1305,
}

impl Seal {
    /// The seal of a server with this secret.
    pub fn new(secret: &str) -> Self {
        let mut key = [0; 32];
        let derivation = Hkdf::<Sha256>::new(None, secret.as_bytes());
        derivation.expand(PURPOSE, &mut key).expect("32 bytes are fewer than HKDF can give");
        Self { cipher: XChaCha20Poly1305::new(&key.into()) }
    }

    /// Seals a secret of the thing that `owner` names.
    ///
    /// # Errors
    /// INTERNAL when the secret is too long for the cipher: beyond 256 GiB.
    pub fn close(&self, store: &Store, owner: &str, secret: &[u8]) -> Result<String> {
        let nonce: [u8; NONCE_BYTES] = store.random();
        let payload = Payload { msg: secret, aad: owner.as_bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| Error::Internal("a secret cannot be sealed".to_owned()))?;
        Ok(format!("{VERSION}{}", STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat())))
    }

    /// Opens what [`Seal::close`] made for the same owner.
    ///
    /// # Errors
    /// INTERNAL when it was made by another server's secret, for another owner, or was tampered with.
    pub fn open(&self, owner: &str, sealed: &str) -> Result<Vec<u8>> {
        let problem = || {
            Error::Internal(format!("the secret of {owner} cannot be opened: was SPORTELLO_SECRET changed?"))
        };
        let bytes = sealed.strip_prefix(VERSION).and_then(|text| STANDARD_NO_PAD.decode(text).ok());
        let bytes = bytes.ok_or_else(problem)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or_else(problem)?;
        let payload = Payload { msg: sealed, aad: owner.as_bytes() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| problem())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreSettings;

    #[tokio::test]
    async fn only_the_same_server_opens_it_and_only_for_its_owner() {
        let store = Store::connect(StoreSettings::new("sqlite::memory:")).await.unwrap();
        let seal = Seal::new("a secret of at least 32 characters");
        let sealed = seal.close(&store, "whe_1", b"key").unwrap();
        assert_eq!(seal.open("whe_1", &sealed).unwrap(), b"key");
        assert_ne!(seal.close(&store, "whe_1", b"key").unwrap(), sealed, "nobody sees that two are the same");
        assert!(seal.open("whe_2", &sealed).is_err());
        assert!(Seal::new("another secret of many characters").open("whe_1", &sealed).is_err());
        for spoilt in ["", "1.", "1.AAAA", &sealed[2..], &sealed[..sealed.len() - 4]] {
            assert!(seal.open("whe_1", spoilt).is_err(), "{spoilt}");
        }
    }
}
