//! Links to files of messages: signed, good for five minutes, so that they can stand in an <img> without a credential.

use std::fmt;

use sportello_domain::digest;
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
        Self { key: digest::signed(secret.as_bytes(), &[PURPOSE]), public_url }
    }

    /// A link to the message's file, good from now on.
    pub fn to(&self, id: MessageId, now: Timestamp) -> String {
        let until = now.plus_seconds(SECONDS).0 / 1_000;
        let signature = digest::hex(&digest::signed(&self.key, &[signed_text(id, until).as_bytes()]));
        format!("{}/media/{id}?until={until}&signature={signature}", self.public_url)
    }

    /// Whether this is a link that was made here and is still good. Takes as long whatever is given.
    pub fn is_good(&self, id: MessageId, until: i64, signature: &str, now: Timestamp) -> bool {
        let Some(signature) = digest::unhex(signature) else { return false };
        let text = signed_text(id, until);
        digest::is_signed(&self.key, &[text.as_bytes()], &signature) && now.0 / 1_000 <= until
    }
}

impl fmt::Debug for MediaLinks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MediaLinks")
    }
}

fn signed_text(id: MessageId, until: i64) -> String {
    format!("{id} {until}")
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
