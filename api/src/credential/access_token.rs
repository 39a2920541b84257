//! Access tokens of our own: JWTs (RFC 7519) signed with HS256 by a key that is derived from the server's secret.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sportello_domain::{
    digest::digest,
    session::{Credential, OpenedSession},
};
use sportello_entity::{AccountId, SessionId, Timestamp, UserId};

const ISSUER: &str = "sportello";

/// Issues and reads access tokens. Cheap to clone.
#[derive(Clone)]
pub struct AccessTokens {
    signing: EncodingKey,
    verifying: DecodingKey,
    life_seconds: i64,
}

/// A token, and when it stops being good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedToken {
    /// What its bearer presents.
    pub token: String,
    /// When it stops being good.
    pub expires_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: UserId,
    acc: AccountId,
    sid: SessionId,
    /// Seconds since 1970, as the RFC has it.
    iat: i64,
    exp: i64,
}

impl AccessTokens {
    /// Tokens of this life, signed with a key of this secret. Servers with the same secret take each other's.
    pub fn new(secret: &str, life_seconds: u32) -> Self {
        // A key of its own, so that what else the secret signs or encrypts can never be taken for a token.
        let key = digest(&format!("sportello access token 1\0{secret}"));
        Self {
            signing: EncodingKey::from_secret(key.as_bytes()),
            verifying: DecodingKey::from_secret(key.as_bytes()),
            life_seconds: i64::from(life_seconds),
        }
    }

    /// A token for the session's user.
    ///
    /// # Errors
    /// INTERNAL when it cannot be signed, or the session is not a user's.
    pub fn issue(&self, session: &OpenedSession, now: Timestamp) -> sportello_domain::Result<IssuedToken> {
        let internal = |message: String| sportello_domain::Error::Internal(message);
        let user_id = session.actor.user_id().ok_or_else(|| internal("a session of nobody".to_owned()))?;
        let iat = now.0.div_euclid(1000);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: user_id,
            acc: session.actor.account_id,
            sid: session.session_id,
            iat,
            exp: iat.saturating_add(self.life_seconds),
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
            .map_err(|error| internal(format!("access token: {error}")))?;
        Ok(IssuedToken { token, expires_at: Timestamp::default().plus_seconds(claims.exp) })
    }

    /// What the token says, if it is one of ours. Whether it has expired is asked by whoever looks up its rights.
    pub(super) fn read(&self, token: &str) -> Option<Credential> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        // By the desk's own clock instead, which tests can turn.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.verifying, &validation).ok()?.claims;
        Some(Credential::AccessToken {
            account_id: claims.acc,
            user_id: claims.sub,
            session_id: claims.sid,
            expires_at: Timestamp::default().plus_seconds(claims.exp),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sportello_domain::{Actor, Who};
    use sportello_entity::value::Role;
    use uuid::Uuid;

    fn session() -> OpenedSession {
        let session_id = SessionId(Uuid::from_u128(3));
        let who =
            Who::User { id: UserId(Uuid::from_u128(2)), role: Role::Owner, session_id: Some(session_id) };
        let actor = Actor { account_id: AccountId(Uuid::from_u128(1)), who };
        OpenedSession { actor, session_id, refresh_token: String::new() }
    }

    #[test]
    fn a_token_reads_back_what_it_was_issued_for() {
        let tokens = AccessTokens::new("a secret of at least 32 characters", 900);
        let issued = tokens.issue(&session(), Timestamp(1_700_000_000_123)).expect("it signs");
        assert_eq!(issued.expires_at, Timestamp(1_700_000_900_000));
        let expected = Credential::AccessToken {
            account_id: AccountId(Uuid::from_u128(1)),
            user_id: UserId(Uuid::from_u128(2)),
            session_id: SessionId(Uuid::from_u128(3)),
            expires_at: issued.expires_at,
        };
        assert_eq!(tokens.read(&issued.token), Some(expected));
    }

    #[test]
    fn others_tokens_and_unsigned_ones_are_not_read() {
        let tokens = AccessTokens::new("a secret of at least 32 characters", 900);
        let other = AccessTokens::new("another secret of at least 32 chars", 900);
        let issued = other.issue(&session(), Timestamp(1_700_000_000_000)).expect("it signs").token;
        assert_eq!(tokens.read(&issued), None);
        let (_, rest) = issued.split_once('.').expect("three parts");
        let (claims, _) = rest.split_once('.').expect("three parts");
        // {"alg":"none","typ":"JWT"}
        assert_eq!(tokens.read(&format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.")), None);
        assert_eq!(tokens.read("not.a.token"), None);
    }
}
