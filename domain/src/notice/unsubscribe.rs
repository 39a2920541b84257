//! Opting out with one click (RFC 8058): the link of a mail is good for its reader, and for this alone.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::EntityTrait;
use sportello_entity::{UserId, app_user};
use uuid::Uuid;

use crate::{
    Actor, Result, Who, digest,
    store::Store,
    user::{change, find_locked},
};

/// Stands before what is signed, so that nothing else that the secret signs is such a token.
const PURPOSE: &[u8] = b"sportello: unsubscribe from ticket e-mails\n";
const ID_BYTES: usize = 16;

/// Makes and reads the tokens of unsubscribe links. They hold as long as the secret does: a mail may be old.
#[derive(Clone)]
pub struct UnsubscribeTokens(Arc<str>);

impl UnsubscribeTokens {
    /// Tokens that are signed with the server's secret.
    pub fn new(secret: &str) -> Self {
        Self(secret.into())
    }

    /// The reader's token: the same each time.
    pub fn token(&self, user_id: UserId) -> String {
        let mut bytes = user_id.0.as_bytes().to_vec();
        bytes.extend_from_slice(&digest::signed(self.0.as_bytes(), &[PURPOSE, user_id.0.as_bytes()]));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Whose token it is; None when it is none.
    pub fn holder(&self, token: &str) -> Option<UserId> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (id, signature) = bytes.split_at_checked(ID_BYTES)?;
        let user_id = UserId(Uuid::from_slice(id).ok()?);
        digest::is_signed(self.0.as_bytes(), &[PURPOSE, id], signature).then_some(user_id)
    }
}

/// The reader whose token it was.
///
/// # Errors
/// What the database answers.
pub async fn reader(store: &Store, id: UserId) -> Result<Option<app_user::Model>> {
    Ok(app_user::Entity::find_by_id(id).one(store.reader()).await?)
}

/// Mails the reader no more about tickets: USER_CHANGED by the reader, unless that is so already.
///
/// # Errors
/// NOT_FOUND as a refusal when the user is gone.
pub async fn unsubscribe(store: &Store, reader: &app_user::Model) -> Result<()> {
    let who = Who::User { id: reader.id, role: reader.role, session_id: None };
    let mut tx = store.begin(&Actor { account_id: reader.account_id, who }).await?;
    let before = find_locked(&tx, reader.id, &["token"]).await?;
    let after = app_user::Model { receives_ticket_emails: false, ..before.clone() };
    change(&mut tx, &before, after).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_one_reader_and_one_secret() {
        let (tokens, anna) = (UnsubscribeTokens::new("a secret"), UserId(Uuid::from_u128(1)));
        let token = tokens.token(anna);
        assert_eq!(tokens.holder(&token), Some(anna));
        assert_ne!(tokens.token(UserId(Uuid::from_u128(2))), token);
        assert_eq!(UnsubscribeTokens::new("another secret").holder(&token), None);
        for wrong in ["", "x", "é", &token[1..], &token[..token.len() - 2], &format!("{token}AA")] {
            assert_eq!(tokens.holder(wrong), None, "{wrong}");
        }
    }
}
