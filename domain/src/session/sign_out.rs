//! Signing out.

use sea_orm::EntityTrait;
use sportello_entity::{refresh_token, session};

use super::{Authentication, end::end_one};
use crate::{Actor, Result, digest::digest};

/// Ends the session that a refresh token belongs to, used or not. A token that nobody knows needs no ending.
///
/// # Errors
/// What the database answers.
pub async fn sign_out(authentication: &Authentication, token: &str) -> Result<()> {
    let store = authentication.store();
    let known = refresh_token::Entity::find_by_id(digest(token)).one(store.reader()).await?;
    let Some(known) = known else { return Ok(()) };
    let session = session::Entity::find_by_id(known.session_id).one(store.reader()).await?;
    let Some(session) = session.filter(|session| session.revoked_at.is_none()) else { return Ok(()) };
    let mut tx = store.begin(&Actor::system(session.account_id)).await?;
    end_one(&mut tx, session.id).await?;
    tx.commit().await?;
    authentication.rights().forget();
    Ok(())
}
