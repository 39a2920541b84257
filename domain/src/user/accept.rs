//! Accepting an invitation.

use sportello_entity::{app_user, value::TokenPurpose};

use super::{change, consume, find_locked, holder};
use crate::{
    Actor, Error, RefusalCode, Result, Who,
    session::{self, Authentication, OpenedSession},
    text,
};

const PATH: &[&str] = &["invitationToken"];

/// What the invited person sends back.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the contract's")]
pub struct InvitationAccept {
    pub invitation_token: String,
    pub password: String,
    pub name: Option<String>,
}

/// Gives the invited user a password, and a name if they want another, and signs them in. The token serves once.
///
/// # Errors
/// Refused: INVALID tokens, passwords and names.
pub async fn accept(authentication: &Authentication, input: InvitationAccept) -> Result<OpenedSession> {
    let InvitationAccept { invitation_token: token, password, name } = input;
    let name = name.map(|name| text::NAME.check(&name, &["name"])).transpose();
    let (name, ()) = match (name, session::check_password(&password, &["password"])) {
        (Ok(name), Ok(())) => (name, ()),
        (name, password) => {
            return Err(Error::Refused([name.err(), password.err()].into_iter().flatten().collect()));
        }
    };
    let store = authentication.store();
    let holder = holder(store, TokenPurpose::Invitation, &token, PATH).await?;
    let hash = authentication.passwords().hash(&password, store.secret()).await?;
    let who = Who::User { id: holder.user.id, role: holder.user.role, session_id: None };
    let mut tx = store.begin(&Actor { account_id: holder.account.id, who }).await?;
    consume(&mut tx, TokenPurpose::Invitation, &holder, &token, PATH).await?;
    let before = find_locked(&tx, holder.user.id, PATH).await?;
    if !before.is_active {
        return Err(Error::refused(
            RefusalCode::Invalid,
            PATH,
            "this user is not active: ask an administrator",
        ));
    }
    let after = app_user::Model {
        name: name.unwrap_or_else(|| before.name.clone()),
        password_hash: Some(hash),
        ..before.clone()
    };
    let session = session::open(&mut tx, &after).await?;
    change(&mut tx, &before, after).await?;
    tx.commit().await?;
    Ok(session)
}
