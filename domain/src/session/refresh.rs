//! Refreshing a session: each refresh token serves once.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use sportello_entity::{refresh_token, session};

use super::{Authentication, OpenedSession, end::end_one, open};
use crate::{Actor, Error, RefusalCode, Result, digest::digest, store::Tx, user};

const PATH: &[&str] = &["refreshToken"];

/// Swaps a refresh token for the next one. One that comes a second time was stolen, from one side or the other: its
/// session ends, with every token descended from it.
///
/// # Errors
/// Refused with SESSION_EXPIRED.
pub async fn refresh(authentication: &Authentication, token: &str) -> Result<OpenedSession> {
    let store = authentication.store();
    let known = refresh_token::Entity::find_by_id(digest(token)).one(store.reader()).await?;
    let known = known.ok_or_else(expired)?;
    let session = session::Entity::find_by_id(known.session_id).one(store.reader()).await?;
    let session = session.ok_or_else(expired)?;
    let mut tx = store.begin(&Actor::system(session.account_id)).await?;
    let is_first = use_up(&tx, &known.token_hash).await?;
    if !is_first {
        end_one(&mut tx, session.id).await?;
        tx.commit().await?;
        authentication.rights().forget();
        return Err(expired());
    }
    let opened = prolong(&mut tx, session.id).await?;
    tx.commit().await?;
    opened.ok_or_else(expired)
}

/// Whether this is the token's first use. The database lets only one of two win.
async fn use_up(tx: &Tx, token_hash: &str) -> Result<bool> {
    let used = refresh_token::Entity::update_many()
        .set(refresh_token::ActiveModel { used_at: Set(Some(tx.now())), ..Default::default() })
        .filter(refresh_token::Column::TokenHash.eq(token_hash))
        .filter(refresh_token::Column::UsedAt.is_null())
        .exec(tx.db())
        .await?;
    Ok(used.rows_affected == 1)
}

/// None when the session or its user is not good any more.
async fn prolong(tx: &mut Tx, id: sportello_entity::SessionId) -> Result<Option<OpenedSession>> {
    tx.write_without_event();
    let prolonged = session::Entity::update_many()
        .set(session::ActiveModel {
            expires_at: Set(tx.now().plus_seconds(open::IDLE_SECONDS)),
            ..Default::default()
        })
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(tx.now()))
        .exec(tx.db())
        .await?;
    let session = session::Entity::find_by_id(id).one(tx.db()).await?;
    let Some(session) = session.filter(|_| prolonged.rows_affected == 1) else { return Ok(None) };
    let user = user::find_locked(tx, session.user_id, PATH).await?;
    if !user.is_active {
        return Ok(None);
    }
    open::opened(tx, &user, id).await.map(Some)
}

fn expired() -> Error {
    let message = "this session has ended: sign in again";
    Error::refused(RefusalCode::SessionExpired, PATH, message)
}
