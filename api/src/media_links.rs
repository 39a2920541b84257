//! Links to files of messages: signed, good for five minutes, so that they can stand in an <img> without a credential.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use sportello_entity::{MessageId, Timestamp};

/// How long a link is good for.
const SECONDS: i64 = 5 * 60;
/// Another use of the server's secret gives another key.
const PURPOSE: &[u8] = b"sportello media links 1";

/// Makes links and knows its own. Cheap to clone.
#[derive(Clone)]
pub struct MediaLinks {
    key: [u8; 32],
    public_url: String,
}

impl MediaLinks {
    /// The links of a server with this secret, reached at `public_url`.
    pub fn new(secret: &str, public_url: String) -> Self {
        Self { key: mac(secret.as_bytes(), PURPOSE).finalize().into_bytes().into(), public_url }
    }

    /// A link to the message's file, good from now on.
    pub fn to(&self, id: MessageId, now: Timestamp) -> String {
        let until = now.plus_seconds(SECONDS).0 / 1_000;
        let signature: String =
            self.signed(id, until).finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}/media/{id}?until={until}&signature={signature}", self.public_url)
    }

    /// Whether this is a link that was made here and is still good. Takes as long whatever is given.
    pub fn is_good(&self, id: MessageId, until: i64, signature: &str, now: Timestamp) -> bool {
        let digits: Option<Vec<u8>> =
            signature.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
        let Some(digits) = digits.filter(|digits| digits.len() == 64) else { return false };
        let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        self.signed(id, until).verify_slice(&bytes).is_ok() && now.0 / 1_000 <= until
    }

    fn signed(&self, id: MessageId, until: i64) -> Hmac<Sha256> {
        mac(&self.key, format!("{id} {until}").as_bytes())
    }
}

impl fmt::Debug for MediaLinks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MediaLinks")
    }
}

fn mac(key: &[u8], text: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(text);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_good_for_its_file_and_five_minutes() {
        let links = MediaLinks::new("secret", "https://desk.example".to_owned());
        let (id, now) = (MessageId(uuid::Uuid::from_u128(7)), Timestamp(1_764_064_800_000));
        let link = links.to(id, now);
        let (_, query) = link.split_once("?until=").expect("a query");
        let (until, signature) = query.split_once("&signature=").expect("a signature");
        let until: i64 = until.parse().expect("a number");
        assert!(links.is_good(id, until, signature, now));
        assert!(links.is_good(id, until, signature, now.plus_seconds(300)));
        assert!(!links.is_good(id, until, signature, now.plus_seconds(301)), "it ends");
        assert!(!links.is_good(id, until + 1, signature, now), "it cannot be made longer");
        assert!(!links.is_good(MessageId(uuid::Uuid::from_u128(8)), until, signature, now));
        assert!(!links.is_good(id, until, "", now));
        let other = MediaLinks::new("another", String::new());
        assert!(!other.is_good(id, until, signature, now));
    }
}
